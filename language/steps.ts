/** A long computation in steps. Between two steps, its caller can do something else, or stop it. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Runs a computation to its end. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
