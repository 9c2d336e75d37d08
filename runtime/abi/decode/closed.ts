import { DecodeError, record } from './convert.ts'

/** Allowed members of an object. `null` stands for a value whose own members are not checked here. */
export type Keys = ReadonlyMap<string, Keys | null>

/** Returns the allowed members for the paths of a record's fields. */
export function keys(paths: readonly (readonly string[])[]): Keys {
  const grouped = new Map<string, string[][]>()
  for (const [first, ...rest] of paths) {
    if (first === undefined) continue
    const group = grouped.get(first) ?? []
    group.push(rest)
    grouped.set(first, group)
  }
  return new Map([...grouped].map(([key, rests]) => [key, rests.some((rest) => rest.length === 0) ? null : keys(rests)] as const))
}

/**
 * Returns an object unchanged.
 *
 * @throws DecodeError if it or a nested object has members that are not allowed
 */
export function closed(value: unknown, allowed: Keys): Readonly<Record<string, unknown>> {
  const object = record(value)
  for (const key of Object.keys(object)) {
    const within = allowed.get(key)
    if (within === undefined) throw new DecodeError()
    const member = object[key]
    if (within !== null && member !== null && member !== undefined) closed(member, within)
  }
  return object
}
