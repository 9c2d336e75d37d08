import { fieldName } from '../../abi/allowlist/names.ts'

/**
 * Returns the claims of a caller as JSON: only fields that the identity declares. Sets become lists, maps become objects, times
 * become seconds since 1970 (NumericDate; RFC 7519, section 2) and durations become seconds. Absent fields are omitted.
 */
export function declaredClaims(caller: object | null): Readonly<Record<string, unknown>> {
  return caller === null ? {} : fieldsOf(caller)
}

/** Returns the fields of a record by their names in the policy. */
function fieldsOf(record: object): Readonly<Record<string, unknown>> {
  return members(Object.entries(record).map(([property, value]) => [fieldName(property), value] as const))
}

function members(entries: Iterable<readonly [string, unknown]>): Readonly<Record<string, unknown>> {
  const made: Record<string, unknown> = Object.create(null)
  for (const [name, value] of entries) if (value !== undefined) made[name] = json(value)
  return made
}

function json(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value) / 1e9
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Set || Array.isArray(value)) return [...value].map(json)
  return value instanceof Map ? members(value) : fieldsOf(value)
}
