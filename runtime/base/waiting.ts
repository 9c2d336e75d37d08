import { setImmediate as nextTurn } from 'node:timers/promises'

/** Milliseconds of work after which other events are handled. */
const TURN = 4

/**
 * Returns a function that long work calls between its parts, so that it does not block the event loop. If the function returns a
 * promise, the work must await it.
 */
export function pauses(): () => Promise<void> | null {
  let start = performance.now()
  const rest = async () => {
    await nextTurn()
    start = performance.now()
  }
  return () => (performance.now() - start > TURN ? rest() : null)
}

/** Number of entries in a slice, which take one or two milliseconds. */
const SLICE = 1000

/** Yields the elements of a long list in slices of `size`. The event loop handles other events between slices. */
export async function* inSlices<T>(all: Iterable<T>, size: number = SLICE): AsyncGenerator<readonly T[]> {
  let slice: T[] = []
  for (const one of all) {
    if (slice.push(one) < size) continue
    yield slice
    slice = []
    await nextTurn()
  }
  if (slice.length > 0) yield slice
}

/**
 * Returns a promise with the result of `done`, or with `late` if `done` does not settle within `ms` milliseconds. The work of
 * `done` continues, and a later rejection of it is ignored.
 */
export async function settledWithin<T, L>(done: Promise<T>, ms: number, late: L): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<L>((resolve) => {
    timer = setTimeout(() => resolve(late), Math.max(0, ms))
  })
  done.catch(() => {})
  try {
    return await Promise.race([done, over])
  } finally {
    clearTimeout(timer)
  }
}

/** A delay that can be ended early by calling `end`. */
export class Pause {
  #end: () => void = () => {}

  /**
   * Resolves after a number of milliseconds, or when `end` is called. With `unref`, the delay does not keep the process alive.
   */
  for(milliseconds: number, unref = false): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      if (unref) timer.unref()
      this.#end = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  end(): void {
    this.#end()
  }
}

/**
 * Calls `reset` outside the callbacks of nghttp2. Every `destroy` of an HTTP/2 session and every `close` or `destroy` of a
 * stream must use this function.
 *
 * Destroying a session, or resetting a stream with a code other than CANCEL, sends at once. Within an nghttp2 callback, whose
 * ticks and microtasks run before it returns, this frees streams in use and crashes the process.
 */
export function deferReset(reset: () => void): void {
  setImmediate(reset)
}
