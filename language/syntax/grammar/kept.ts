const nothing: readonly never[] = []

/**
 * A list as it is kept in a tree: without the room that one that was pushed to has for more. Most lists of a tree hold one or two
 * nodes and have room for seventeen, which was a sixth of what a parsed text takes.
 */
export function kept<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? nothing : list.slice()
}
