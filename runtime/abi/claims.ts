/**
 * The door for claims: from JSON to what conditions read. A `facts` function is made of these. The bundle's validator
 * has looked at the claims before and says what is wrong in words; these still check every value, so that facts are never
 * made of something that does not have its declared type.
 */

import type { Facts } from './module.ts'
import { isWellFormed } from './values/text.ts'

/** JSON → typed value. Throws `Misfit`. */
export type Convert<T> = (value: unknown) => T

/** Thrown by conversions, caught by `door`; nobody else sees it. */
class Misfit extends Error {}

/** A `facts` function that answers null where a conversion finds a value that does not fit. */
export function door(facts: (claims: object) => Facts): (claims: object) => Facts | null {
  return (claims) => {
    try {
      return facts(claims)
    } catch (error) {
      if (error instanceof Misfit) return null
      throw error
    }
  }
}

/**
 * The value at a path of own properties; undefined where it is absent or null, or something on the way is.
 * What is on the way must be an object.
 */
export function claim(claims: unknown, ...path: readonly string[]): unknown {
  let value = claims
  for (const key of path) {
    if (value === undefined || value === null) return undefined
    if (!isObject(value)) throw new Misfit()
    value = Object.hasOwn(value, key) ? value[key] : undefined
  }
  return value ?? undefined
}

export function optional<T>(value: unknown, convert: Convert<T>): T | undefined {
  return value === undefined || value === null ? undefined : convert(value)
}

export function string(value: unknown): string {
  if (typeof value !== 'string' || !isWellFormed(value)) throw new Misfit()
  return value
}

export function bool(value: unknown): boolean {
  if (typeof value !== 'boolean') throw new Misfit()
  return value
}

/** A number with an integral value within ±(2⁵³−1). */
export function integer(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new Misfit()
  return value as number
}

export function double(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Misfit()
  return value
}

/** One of a union of string literals. */
export function literal(value: unknown, allowed: ReadonlySet<unknown>): string {
  if (!allowed.has(value)) throw new Misfit()
  return value as string
}

/** The value if it is an object. */
export function record(value: unknown): object {
  if (!isObject(value)) throw new Misfit()
  return value
}

export function list<T>(value: unknown, convert: Convert<T>): readonly T[] {
  if (!Array.isArray(value)) throw new Misfit()
  return value.map((element) => convert(element))
}

export function set<T>(value: unknown, convert: Convert<T>): ReadonlySet<T> {
  return new Set(list(value, convert))
}

export function map<T>(value: unknown, convert: Convert<T>): ReadonlyMap<string, T> {
  if (!isObject(value)) throw new Misfit()
  const map = new Map<string, T>()
  for (const key of Object.keys(value)) map.set(string(key), convert(value[key]))
  return map
}

/** Claims named `scope` or `scp` may be one string of words between spaces (RFC 6749, 3.3; RFC 8693, 4.2). */
export function scopes(value: unknown): unknown {
  return typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : value
}

/** The parts of a SPIFFE ID; `path` begins with `/`. */
export interface SpiffeId {
  readonly id: string
  readonly trustDomain: string
  readonly path: string
}

/** At least one path segment, as an X.509-SVID of a workload has (SPIFFE-ID, 2; X509-SVID, 5.2). */
export function spiffe(value: unknown): SpiffeId {
  const id = string(value)
  if (id.length > 2048) throw new Misfit()
  const match = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/[A-Za-z0-9._-]+)+)$/.exec(id)
  if (match === null) throw new Misfit()
  const [, trustDomain = '', path = ''] = match
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) throw new Misfit()
  return { id, trustDomain, path }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
