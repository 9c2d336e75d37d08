/**
 * Sorts items topologically, dependencies first; independent items keep the given order. Each cycle is reported once, as a list
 * of its items with the first one repeated at the end, and cut before that item. Iterative, as a chain may be as long as the
 * text.
 */
export function dependenciesFirst<T>(
  items: Iterable<T>,
  neededBy: (item: T) => readonly T[],
  onCycle: (cycle: readonly T[], closing: T) => void,
): T[] {
  const done = new Set<T>()
  const open = new Map<T, Iterator<T>>()
  const path: T[] = []
  const enter = (item: T): void => {
    open.set(item, neededBy(item)[Symbol.iterator]())
    path.push(item)
  }
  for (const item of items) {
    if (!done.has(item)) enter(item)
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const next = (open.get(top) as Iterator<T>).next()
      if (next.done === true) {
        done.add(top)
        open.delete(top)
        path.pop()
      } else if (open.has(next.value)) onCycle([...path.slice(path.indexOf(next.value)), next.value], top)
      else if (!done.has(next.value)) enter(next.value)
    }
  }
  return [...done]
}
