/** From the decoded values of a query's keys to what conditions read. */
import { parseInteger } from '../routing/segment.ts'
import { type Convert, DecodeError, double, meaning, string } from './convert.ts'

type Values = Readonly<Record<string, readonly string[]>>

/** What a query function reads by: null where a conversion finds a value that does not fit. */
export function query(read: (values: Values) => object): (values: Values) => object | null {
  return (values) => {
    try {
      return read(values)
    } catch {
      return null
    }
  }
}

/** The one value of a key; undefined where it did not come. */
export function one(values: Values, key: string): string | undefined {
  const all = many(values, key)
  if (all.length > 1) throw new DecodeError()
  return all[0]
}

export function many(values: Values, key: string): readonly string[] {
  return Object.hasOwn(values, key) ? (values[key] ?? []) : []
}

/** Undefined where an optional key did not come. */
export function optionalMany<T>(values: Values, key: string, convert: (values: readonly string[]) => T): T | undefined {
  const all = many(values, key)
  return all.length === 0 ? undefined : convert(all)
}

export const textBool: Convert<boolean> = (value) => {
  if (value !== 'true' && value !== 'false') throw new DecodeError()
  return value === 'true'
}

/** As a parameter of a path is written: `-?(0|[1-9][0-9]*)` within ±(2⁵³−1), and not `-0`. */
export const textInteger: Convert<number> = (value) => meaning(parseInteger(string(value)))

/** As a number in JSON is written (RFC 8259, 6), and finite. */
export const textDouble: Convert<number> = (value) => {
  const text = string(value)
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) throw new DecodeError()
  return double(Number(text))
}
