/**
 * Items and all that they need, each after what it needs, else in the order given. A cycle is told of once, as the items
 * that it leads through with the first once more at its end, and then counts as cut before that one.
 *
 * Without recursion: a chain of needs may be as long as the text is.
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
