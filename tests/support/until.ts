import { expect } from 'vitest'

/** Milliseconds after which what a test waits for counts as never coming: a bound on a hang, below the time-out of the test. */
const hang = () => (expect.getState().testPath?.includes('/tests/') ? 120_000 : 50_000)

/** `expect.poll`, for as long as a slow machine may take. */
export function poll<T>(look: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, { timeout: hang(), interval: 10 })
}

/** Waits for a state. */
export async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  await poll(look).toBe(true)
}
