/** Parts of texts by position, in code points from 0 to the text's size; others are errors: `undefined`, or NaN for an int. */
import { codePoints } from './text.ts'

/**
 * Returns the code point at a position, counted in code points, as a text; an empty text at the end. Returns `undefined`, an
 * evaluation error, outside of the text.
 */
export function charAt(text: string, position: number): string | undefined {
  const at = unitAt(text, position)
  if (at === undefined) return undefined
  const point = text.codePointAt(at)
  return point === undefined ? '' : String.fromCodePoint(point)
}

export function substring(text: string, from: number, to?: number): string | undefined {
  const start = unitAt(text, from)
  if (to === undefined) return start === undefined ? undefined : text.slice(start)
  const end = unitAt(text, to)
  return start === undefined || end === undefined || end < start ? undefined : text.slice(start, end)
}

/**
 * Returns the position of the first occurrence of a part of a text at or after `from`, or −1 if there is none. Positions are in
 * code points. Returns NaN, an evaluation error, if `from` is outside of the text.
 */
export function indexOf(text: string, part: string, from = 0): number {
  const start = unitAt(text, from)
  return start === undefined ? Number.NaN : positionOf(text, text.indexOf(part, start))
}

/**
 * Returns the position of the last occurrence of a part of a text at or before `from`, or −1 if there is none. Positions are in
 * code points. Returns NaN, an evaluation error, if `from` is outside of the text.
 */
export function lastIndexOf(text: string, part: string, from?: number): number {
  const start = from === undefined ? text.length : unitAt(text, from)
  return start === undefined ? Number.NaN : positionOf(text, text.lastIndexOf(part, start))
}

/** Returns the position in UTF-16 code units for a position in code points. */
function unitAt(text: string, position: number): number | undefined {
  if (position < 0 || position > text.length) return undefined
  let unit = 0
  for (let point = 0; point < position; point += 1) {
    if (unit >= text.length) return undefined
    unit += isPair(text, unit) ? 2 : 1
  }
  return unit
}

function positionOf(text: string, unit: number): number {
  return unit <= 0 ? unit : codePoints(text, unit)
}

function isPair(text: string, unit: number): boolean {
  return (text.charCodeAt(unit) & 0xfc00) === 0xd800 && (text.charCodeAt(unit + 1) & 0xfc00) === 0xdc00
}
