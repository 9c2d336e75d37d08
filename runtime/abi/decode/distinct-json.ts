/**
 * Returns whether no two elements of a JSON list are equal (JSON Schema Core, section 4.2.2). Takes linear time, because
 * comparing all pairs of a megabyte would take minutes.
 */
export function distinctJson(elements: readonly unknown[]): boolean {
  const seen = new Set<unknown>()
  for (const element of elements) {
    const key = typeof element === 'object' && element !== null ? textOf(element) : scalarKey(element)
    if (seen.has(key)) return false
    seen.add(key)
  }
  return true
}

/** Returns a key of a scalar value. Keys of strings differ from those of other types. */
function scalarKey(value: unknown): unknown {
  return typeof value === 'string' ? JSON.stringify(value) : value
}

/** Serializes a value with sorted members, so that equal values have equal texts. The recursion is as deep as a body may be. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value === 0 ? 0 : value)
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${textOf((value as Record<string, unknown>)[key])}`)
  return `{${members.join()}}`
}

/**
 * Returns whether two JSON values are equal (JSON Schema Core, section 4.2.2). The depth of recursion is bounded by the value
 * in the schema.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((element, at) => sameJson(element, b[at]))
  }
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every(
    (key) => Object.hasOwn(b, key) && sameJson((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
  )
}
