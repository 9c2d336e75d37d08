import { escapeControls } from '../base/log.ts'

/** Reason why a check of a credential failed: the actual and the expected value. Only operators see it. */
export interface Mismatch {
  /**
   * Name of a claim (`aud`), header parameter (`typ`), member of an introspection response (`active`) or field of a proof
   * (`htu`).
   */
  readonly field: string
  /** Actual value, cut to 256 characters and with control characters escaped, or `null` if it was absent. */
  readonly seen: string | null
  readonly expected: string
  /** Whether the issuer, or the key of a proof, has signed the actual value. If false, a client may have invented it. */
  readonly verified: boolean
}

/** Maximum characters of a value in a record. */
const MAX_LENGTH = 256
/** Maximum characters of a list element, and maximum listed elements. */
const MAX_ELEMENT = 64
const MAX_ELEMENTS = 5

/**
 * Creates the description of a failed check for the audit record. `seen` is untrusted, so it is shortened and escaped. It must
 * not be a secret, signature or token.
 *
 * @example
 * mismatch('aud', ['a', 'b'], oneOf(['c'])) // { field: 'aud', seen: '["a", "b"]', expected: '"c"', verified: false }
 */
export function mismatch(field: string, seen: unknown, expected: string, verified = false): Mismatch {
  return { field, seen: describeValue(seen), expected: bounded(expected, MAX_LENGTH), verified }
}

/** Formats the accepted values of a check for `expected`: a single value as it is, several as `one of […]`. */
export function oneOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] as string) : `one of ${listOf(values)}`
}

/** Formats seconds since 1970 as a time of RFC 3339. Returns a value unchanged if it is not a number or is out of range. */
export function rfc3339Of(seconds: unknown): unknown {
  if (typeof seconds !== 'number' || !(Math.abs(seconds) < MAX_SECONDS)) return seconds
  return new Date(seconds * 1000).toISOString()
}

/**
 * Describes the failed check of an expired credential. `end` is its expiry, and `now` the current time, both in seconds since
 * 1970.
 */
export function expiredAt(field: string, end: unknown, now: number, verified: boolean): Mismatch {
  return mismatch(field, rfc3339Of(end), `after ${rfc3339Of(now)}`, verified)
}

/** End of the year 9999 in seconds since 1970. */
const MAX_SECONDS = 253_402_300_799

/**
 * Describes the type of a value that audit records must not hold, such as `an array`. Returns `undefined` if the value is absent.
 */
export function typeOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (value === '') return 'an empty string'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function describeValue(value: unknown): string | null {
  if (value === undefined) return null
  if (typeof value === 'string') return bounded(value, MAX_LENGTH)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return listOf(value)
  return typeOf(value) as string
}

function listOf(values: readonly string[]): string {
  const named = values.slice(0, MAX_ELEMENTS).map((value) => `"${bounded(value, MAX_ELEMENT)}"`)
  const more = values.length - named.length
  return bounded(`[${named.join(', ')}${more > 0 ? `, and ${more} more` : ''}]`, MAX_LENGTH)
}

/**
 * Escapes and shortens a text. It is escaped first, so that the end is never half of an escape, which would read as something
 * else.
 */
function bounded(text: string, most: number): string {
  const escaped = escapeControls(text.length > most ? text.slice(0, most) : text).toWellFormed()
  return text.length > most || escaped.length > most ? `${escaped.slice(0, most - 1)}…` : escaped
}
