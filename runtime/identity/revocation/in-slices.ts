/** Entries between two pauses: one or two milliseconds. */
const SLICE = 1000

/** Goes through a long list without keeping the event loop: other work is done after each slice. */
export async function* inSlices<T>(all: Iterable<T>, size: number = SLICE): AsyncGenerator<readonly T[]> {
  let slice: T[] = []
  for (const one of all) {
    if (slice.push(one) < size) continue
    yield slice
    slice = []
    await new Promise((resolve) => setImmediate(resolve))
  }
  if (slice.length > 0) yield slice
}
