import { DecodeError, record } from './convert.ts'

/** Names of the members that an object may have, each with those of its value. `null` allows any members of the value. */
export type Keys = ReadonlyMap<string, Keys | null>

/**
 * Returns the members that a JSON object may have in a closed record type. `paths` are the paths of all fields that the type
 * reads from the object.
 */
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
 * Checks that a JSON object has no members other than the allowed ones, and returns it unchanged.
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
