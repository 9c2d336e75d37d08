/** Decodes query values. */
import { parseInteger } from '../routing/segment.ts'
import { type Convert, DecodeError, double, meaning, string } from './convert.ts'

type Values = Readonly<Record<string, readonly string[]>>

/**
 * Wraps a function that converts query parameters to typed values. The returned function has the same result, or `null` if a
 * value does not have its declared type.
 */
export function query(read: (values: Values) => object): (values: Values) => object | null {
  return (values) => {
    try {
      return read(values)
    } catch {
      return null
    }
  }
}

/**
 * Returns the value of a query key, or `undefined` if the key is absent.
 *
 * @throws DecodeError if the key has several values
 */
export function one(values: Values, key: string): string | undefined {
  const all = many(values, key)
  if (all.length > 1) throw new DecodeError()
  return all[0]
}

export function many(values: Values, key: string): readonly string[] {
  return Object.hasOwn(values, key) ? (values[key] ?? []) : []
}

export function optionalMany<T>(values: Values, key: string, convert: (values: readonly string[]) => T): T | undefined {
  const all = many(values, key)
  return all.length === 0 ? undefined : convert(all)
}

export const textBool: Convert<boolean> = (value) => {
  if (value !== 'true' && value !== 'false') throw new DecodeError()
  return value === 'true'
}

/** Decodes an integer as in path parameters: `-?(0|[1-9][0-9]*)` within ±(2⁵³−1), without `-0`. */
export const textInteger: Convert<number> = (value) => meaning(parseInteger(string(value)))

/** Decodes a finite number in the syntax of JSON (RFC 8259, section 6). */
export const textDouble: Convert<number> = (value) => {
  const text = string(value)
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) throw new DecodeError()
  return double(Number(text))
}
