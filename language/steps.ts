/** A long computation in steps. Between two steps, its caller can do something else, or stop it. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Runs a computation to its end. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/**
 * Runs a computation to its end with pauses.
 *
 * @param between called after each step; a promise that it returns is awaited. If it throws or rejects, the computation is left.
 */
export async function finishWithPauses<T>(steps: Steps<T>, between: () => Promise<void> | null): Promise<T> {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    const pause = between()
    if (pause !== null) await pause
  }
}
