/** Decodes JSON into typed values. Validators ran before, for good messages; this alone guarantees the declared types. */
import { ip } from '../values/addresses/address.ts'
import { cidr } from '../values/addresses/address-range.ts'
import { makeSet } from '../values/numbers.ts'
import { isWellFormed } from '../values/texts/text.ts'
import { TextMap, TextSet } from '../values/texts/text-collections.ts'
import { parseDuration } from '../values/times/duration.ts'
import { parseTimestamp, timestampOf } from '../values/times/timestamp.ts'

/**
 * Error for a JSON value that does not have its declared type. It never leaves the module: the functions that call decoders catch
 * it.
 */
export class DecodeError extends Error {}

/**
 * Checks that a parser has succeeded, and returns its result.
 *
 * @throws DecodeError if the result is `undefined`, which means invalid input
 */
export function meaning<T>(value: T | undefined): T {
  if (value === undefined) throw new DecodeError()
  return value
}

/**
 * Decodes JSON into a typed value.
 *
 * @throws DecodeError if it does not have the type
 */
export type Convert<T> = (value: unknown) => T

export function optional<T>(value: unknown, convert: Convert<T>): T | undefined {
  return value === undefined || value === null ? undefined : convert(value)
}

export function string(value: unknown): string {
  if (typeof value !== 'string' || !isWellFormed(value)) throw new DecodeError()
  return value
}

export function bool(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new DecodeError()
  return value
}

/**
 * Decodes a JSON number that must be an integer within ±(2⁵³−1). −0 becomes 0.
 *
 * @throws DecodeError for another value
 */
export function integer(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new DecodeError()
  return positiveZero(value as number)
}

export function double(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new DecodeError()
  return positiveZero(value)
}

function positiveZero(value: number): number {
  return value === 0 ? 0 : value
}

/**
 * Decodes a JSON string that must be one of several allowed strings.
 *
 * @throws DecodeError for another value
 */
export function literal(value: unknown, allowed: ReadonlySet<unknown>): string {
  if (typeof value !== 'string' || !allowed.has(value)) throw new DecodeError()
  return value
}

/** Decodes an RFC 3339 timestamp into nanoseconds since 1970. */
export function timestamp(value: unknown): bigint {
  return meaning(parseTimestamp(string(value)))
}

/**
 * Decodes the timestamp of a claim into nanoseconds since 1970. It may be RFC 3339 or a number of seconds since 1970 (RFC 7519,
 * section 2), which is read to the millisecond.
 */
export function claimTimestamp(value: unknown): bigint {
  return typeof value === 'number' ? meaning(timestampOf(milliseconds(value))) : timestamp(value)
}

function milliseconds(seconds: number): bigint {
  if (!Number.isFinite(seconds)) throw new DecodeError()
  return BigInt(Math.round(seconds * 1000)) * 1_000_000n
}

export function duration(value: unknown): bigint {
  return meaning(parseDuration(string(value)))
}

/** Decodes an IP address. Returns its canonical text. */
export function address(value: unknown): string {
  return meaning(ip(string(value)))
}

export function network(value: unknown): string {
  return meaning(cidr(string(value)))
}

/**
 * Checks the size of a JSON list or object, and returns the value unchanged.
 *
 * @throws DecodeError if it has more than `most` members
 */
export function few(value: unknown, most: number): unknown {
  const size = Array.isArray(value) ? value.length : typeof value === 'object' && value !== null ? Object.keys(value).length : 0
  if (size > most) throw new DecodeError()
  return value
}

export function list<T>(value: unknown, convert: Convert<T>): readonly T[] {
  if (!Array.isArray(value)) throw new DecodeError()
  return value.map((element) => convert(element))
}

export function set<T>(value: unknown, convert: Convert<T>): ReadonlySet<T> {
  return makeSet(list(value, convert))
}

export function map<T>(value: unknown, convert: Convert<T>): ReadonlyMap<string, T> {
  const object = record(value)
  const map = new Map<string, T>()
  for (const key of Object.keys(object)) map.set(string(key), convert(object[key]))
  return map
}

/** Decodes a JSON list of strings into a set. The set is optimized for data that are searched with new strings from requests. */
export function textSet(value: unknown): ReadonlySet<string> {
  return new TextSet(list(value, string))
}

export function textMap<T>(value: unknown, convert: Convert<T>): ReadonlyMap<string, T> {
  const object = record(value)
  return new TextMap(Object.keys(object).map((key) => [string(key), convert(object[key])]))
}

export function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new DecodeError()
  return value as Readonly<Record<string, unknown>>
}

/**
 * Returns the value at a path of members in a JSON object. Returns `undefined` if the value or one of its parents is absent or
 * null.
 *
 * @throws DecodeError if a parent is not an object
 */
export function member(value: unknown, ...path: readonly string[]): unknown {
  let here = value
  for (const key of path) {
    if (here === undefined || here === null) return undefined
    const object = record(here)
    here = Object.hasOwn(object, key) ? object[key] : undefined
  }
  return here ?? undefined
}

/**
 * Wraps a converter of policy data or request bodies. The returned function has the same result, or `undefined` on any error,
 * even for a collection that is too large for JavaScript.
 */
export function reading<T>(convert: Convert<T>): (json: unknown) => T | undefined {
  return (json) => {
    try {
      return convert(json)
    } catch {
      return undefined
    }
  }
}
