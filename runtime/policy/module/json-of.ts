/** JSON of a value that `JSON.parse` made; null where it has none: it nests too deep, or is not of that kind. */
export function jsonOf(value: unknown): string | null {
  try {
    return JSON.stringify(value) ?? null
  } catch {
    return null
  }
}
