/** CEL's conversions between texts and numbers. Invalid input is an error: `undefined`, or NaN for an int. */

import { intOf } from './int.ts'
import { scratch } from './scratch-registers.ts'

/** Converts a double to an int by truncation. Returns NaN, an evaluation error, outside of the range. */
export function intOfDouble(value: number): number {
  return intOf(Math.trunc(value))
}

/**
 * Parses an int: decimal digits with an optional sign. Returns NaN, an evaluation error, if the text is invalid or outside of
 * ±(2⁵³−1).
 */
export function intOfText(text: string): number {
  readInt(text)
  return scratch.result
}

function readInt(text: string): void {
  const sign = text.charCodeAt(0)
  let value = 0
  let at = sign === PLUS || sign === MINUS ? 1 : 0
  if (at === text.length) value = Number.NaN
  // Too large values and NaN stay so.
  for (; at < text.length && value <= Number.MAX_SAFE_INTEGER; at += 1) {
    const digit = text.charCodeAt(at) - ZERO
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN
  }
  scratch.result = intOf(sign === MINUS ? -value : value)
}

const PLUS = 0x2b
const MINUS = 0x2d
const ZERO = 0x30

/**
 * Parses a double: a decimal number, `NaN`, or `Infinity` with an optional sign. Returns `undefined`, an evaluation error, if
 * the text is invalid or outside of the range.
 */
export function doubleOfText(text: string): number | undefined {
  if (text === 'NaN') return Number.NaN
  if (/^[+-]?Infinity$/.test(text)) return Number(text)
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

/** Formats a double as the shortest decimal that parses to the same number; −0 becomes `-0`. */
export function textOfDouble(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

const TRUE = new Set(['true', 'True', 'TRUE', 't', 'T', '1'])
const FALSE = new Set(['false', 'False', 'FALSE', 'f', 'F', '0'])

export function boolOfText(text: string): boolean | undefined {
  return TRUE.has(text) ? true : FALSE.has(text) ? false : undefined
}
