/** Without a prototype: what is not in it is undefined, `constructor` too. */
export function record<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  const made: Record<string, T> = Object.create(null)
  for (const [name, value] of entries) made[name] = value
  return made
}
