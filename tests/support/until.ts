import { expect } from 'vitest'

/** Waits for a state, for as long as a slow machine may take. */
export async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(look, { timeout: 25_000, interval: 10 }).toBe(true)
}
