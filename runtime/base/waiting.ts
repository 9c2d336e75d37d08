import { setImmediate as nextTurn } from 'node:timers/promises'

/** Milliseconds; then whoever else waits for the event loop has a turn. */
const TURN = 4

/** For long work: waited for after each piece of it, the others have a turn now and then. */
export function pauses(): () => Promise<void> | null {
  let start = performance.now()
  const rest = async () => {
    await nextTurn()
    start = performance.now()
  }
  return () => (performance.now() - start > TURN ? rest() : null)
}

/** Entries between two pauses: one or two milliseconds. */
const SLICE = 1000

/** Goes through a long list without keeping the event loop: other work is done after each slice. */
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
 * What a promise resolves with, or `late` if that takes longer. The promise goes on, and what it rejects with then is nobody's.
 * `ms`: milliseconds.
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

/** A wait that somebody else can end. */
export class Pause {
  #end: () => void = () => {}

  /** Settled after so many milliseconds, or when it is ended. `unref`: the process does not stay for it. */
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
