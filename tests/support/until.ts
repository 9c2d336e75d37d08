import { expect } from 'vitest'
import { HANG } from './hang.ts'

export { HANG }

/** For `expect.poll`, `vi.waitFor` and `vi.waitUntil`. */
export const WAIT = { timeout: HANG, interval: 20 } as const

/** `expect.poll`, for as long as a slow machine may take. */
export function poll<T>(look: () => T): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, WAIT)
}

/** Waits for a state, for as long as a slow machine may take. */
export async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(look, WAIT).toBe(true)
}

/**
 * Returns what `look` finds, once it finds something. It looks again after three times as long as it took to look, so that it leaves the processor to those
 * that it waits for.
 *
 * @param interval least milliseconds between two looks: more where it comes only after seconds, and each look is a request
 * @throws `Error` with `message` if it has found nothing after {@link HANG}.
 */
export async function eventually<T>(
  look: () => T | undefined | Promise<T | undefined>,
  message: string | (() => string) = 'it did not come',
  interval = 10,
): Promise<T> {
  for (const end = performance.now() + HANG; ; ) {
    const begun = performance.now()
    const found = await look()
    if (found !== undefined) return found
    const now = performance.now()
    if (now > end) throw new Error(typeof message === 'string' ? message : message())
    await new Promise((resolve) => setTimeout(resolve, Math.min(interval + 3 * (now - begun), 250)))
  }
}

/**
 * Returns a number that grows, once it has stayed the same over twenty turns.
 *
 * @param turn an operation that shows that everybody who could have made it grow has had their turn: a request, say
 */
export async function settled(value: () => number, turn: () => Promise<unknown>): Promise<number> {
  for (let before = -1, same = 0; ; ) {
    await turn()
    const now = value()
    same = now === before && now > 0 ? same + 1 : 0
    if (same === 20) return now
    before = now
  }
}
