/** A long computation in steps: whoever runs it can do something else, or stop, between two of them. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Runs a computation to its end. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
