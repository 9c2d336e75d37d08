/** Decodes JSON into typed values. Validators ran before, for good messages; this alone guarantees the declared types. */
import { ip } from '../values/addresses/address.ts'
import { cidr } from '../values/addresses/address-range.ts'
import { makeSet } from '../values/numbers.ts'
import { isWellFormed } from '../values/texts/text.ts'
import { TextMap, TextSet } from '../values/texts/text-collections.ts'
import { parseDuration } from '../values/times/duration.ts'
import { parseTimestamp, timestampOf } from '../values/times/timestamp.ts'

/** Thrown if a value does not have its declared type; callers of decoders catch it. */
export class DecodeError extends Error {}

/** Unwraps a parsed value. @throws DecodeError for `undefined` */
export function meaning<T>(value: T | undefined): T {
  if (value === undefined) throw new DecodeError()
  return value
}

/** Decodes JSON into a typed value. @throws DecodeError */
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

/** An integral number within ±(2⁵³−1). */
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

/** A string of a union of literals. */
export function literal(value: unknown, allowed: ReadonlySet<unknown>): string {
  if (typeof value !== 'string' || !allowed.has(value)) throw new DecodeError()
  return value
}

/** RFC 3339. */
export function timestamp(value: unknown): bigint {
  return meaning(parseTimestamp(string(value)))
}

/** Claims may also have seconds since 1970 (RFC 7519, 2), read to the millisecond. */
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

/** In canonical form. */
export function address(value: unknown): string {
  return meaning(ip(string(value)))
}

export function network(value: unknown): string {
  return meaning(cidr(string(value)))
}

/** Returns the value unless it has more than `most` members. */
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

/** For data: lookups use new strings of requests. */
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

/** Returns the value at a path of own members; `undefined` if it or a parent is absent or null. Parents must be objects. */
export function member(value: unknown, ...path: readonly string[]): unknown {
  let here = value
  for (const key of path) {
    if (here === undefined || here === null) return undefined
    const object = record(here)
    here = Object.hasOwn(object, key) ? object[key] : undefined
  }
  return here ?? undefined
}

/** Wraps a decoder for data and bodies: returns `undefined` on any error, including a collection too large for JavaScript. */
export function reading<T>(convert: Convert<T>): (json: unknown) => T | undefined {
  return (json) => {
    try {
      return convert(json)
    } catch {
      return undefined
    }
  }
}
