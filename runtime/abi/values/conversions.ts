/** CEL's conversions between texts and numbers. What a text does not spell, or an int cannot hold, is an error: `undefined`, of an int NaN. */
import { intOf } from './int.ts'

/** Without its fraction. */
export function intOfDouble(value: number): number {
  return intOf(Math.trunc(value))
}

/** Decimal digits, with a sign before them if need be. */
export function intOfText(text: string): number {
  const match = /^([+-]?)0*(\d{1,16})$/.exec(text)
  if (match === null) return Number.NaN
  return intOf(Number(match[2]) * (match[1] === '-' ? -1 : 1))
}

/** A decimal number, `NaN`, or `Infinity` with or without a sign. One that is too large for a double is an error. */
export function doubleOfText(text: string): number | undefined {
  if (text === 'NaN') return Number.NaN
  if (/^[+-]?Infinity$/.test(text)) return Number(text)
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** The shortest decimal that reads back as the number. */
export function textOfDouble(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

const TRUE = new Set(['true', 'True', 'TRUE', 't', 'T', '1'])
const FALSE = new Set(['false', 'False', 'FALSE', 'f', 'F', '0'])

export function boolOfText(text: string): boolean | undefined {
  return TRUE.has(text) ? true : FALSE.has(text) ? false : undefined
}
