/**
 * Whether no two elements of a JSON array are equal (JSON Schema Core, 4.2.2: numbers by value, members of objects in any order).
 * In time that grows with the array alone, where comparing each with each takes minutes for a megabyte.
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

/** A text is no key of another kind of value. */
function scalarKey(value: unknown): unknown {
  return typeof value === 'string' ? JSON.stringify(value) : value
}

/** JSON with members sorted: equal values have one text. As deep as a body may be. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value === 0 ? 0 : value)
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${textOf((value as Record<string, unknown>)[key])}`)
  return `{${members.join()}}`
}

/**
 * Whether two JSON values are equal (JSON Schema Core, 4.2.2): members in any order. As deep as the schema's own value is: the
 * other one is left as soon as it differs.
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
