/** Makes texts. Too long results, or too many parts, are errors, `undefined`: a condition must not cost more than it suggests. */
import { codePoints } from './text.ts'

/** Maximum length of the results of `replace` and `join` in UTF-16 code units. */
const LONGEST = 1_048_576
/** Maximum number of parts of `split`, equal to that of external lists. */
const MOST_PARTS = 1_000

/**
 * Replaces the first `times` occurrences of a part of a text, or all if `times` is negative. An empty part occurs before each
 * code point and at the end. Returns `undefined`, an evaluation error, if the result would be longer than 1,048,576 code units.
 */
export function replace(text: string, part: string, by: string, times = -1): string | undefined {
  // Other types might find the same position forever.
  if (typeof text !== 'string' || typeof part !== 'string') return undefined
  const most = times < 0 ? Number.POSITIVE_INFINITY : times
  const places = part === '' ? Math.min(codePoints(text) + 1, most) : occurrences(text, part, most)
  if (text.length + places * (by.length - part.length) > LONGEST) return undefined
  if (part === '') return interleave(text, by, places)
  if (times < 0) return text.replaceAll(part, () => by)
  let result = ''
  let from = 0
  for (let done = 0; done < places; done += 1) {
    const at = text.indexOf(part, from)
    result += text.slice(from, at) + by
    from = at + part.length
  }
  return result + text.slice(from)
}

function occurrences(text: string, part: string, most: number): number {
  let count = 0
  for (let at = text.indexOf(part); at >= 0 && count < most; at = text.indexOf(part, at + part.length)) count += 1
  return count
}

function interleave(text: string, by: string, places: number): string {
  let left = places
  let result = ''
  for (const point of text) {
    if (left > 0) result += by
    left -= 1
    result += point
  }
  return left > 0 ? result + by : result
}

/**
 * Splits a text at a separator into all parts, or into at most `limit` parts if `limit` is not negative. The last part then holds
 * the rest. An empty separator splits between code points. Returns `undefined`, an evaluation error, for more than 1,000 parts.
 */
export function split(text: string, separator: string, limit = -1): readonly string[] | undefined {
  if (limit === 0 || (text === '' && separator === '')) return []
  const parts: string[] = []
  let from = 0
  while (parts.length !== limit - 1) {
    const at = separator === '' ? behindPoint(text, from) : text.indexOf(separator, from)
    if (at < 0) break
    if (parts.length === MOST_PARTS - 1) return undefined
    parts.push(text.slice(from, at))
    from = at + separator.length
  }
  parts.push(text.slice(from))
  return parts
}

/** Returns the end of the code point at a position in UTF-16 code units, or −1 at the end of the text. */
function behindPoint(text: string, unit: number): number {
  const behind = unit + ((text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1)
  return behind < text.length ? behind : -1
}

export function join(texts: readonly string[], separator = ''): string | undefined {
  let length = separator.length * (texts.length - 1)
  for (const text of texts) length += text.length
  return length > LONGEST ? undefined : texts.join(separator)
}

const CHUNK = 4096

/** Reverses a text by code points, in chunks, because a list of all code points takes many times the memory of the text. */
export function reverse(text: string): string {
  let result = ''
  for (let end = text.length; end > 0; ) {
    const start = Math.max(0, end - CHUNK)
    // Keeps surrogate pairs together.
    const from = start > 0 && (text.charCodeAt(start) & 0xfc00) === 0xdc00 ? start - 1 : start
    result += Array.from(text.slice(from, end)).reverse().join('')
    end = from
  }
  return result
}

/** Removes Unicode white space at both ends, including U+0085 but not U+FEFF, unlike JavaScript's `trim`. */
export function trim(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isSpace(text.charCodeAt(start))) start += 1
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1
  return text.slice(start, end)
}

/** Returns whether a code unit has Unicode's property `White_Space`. */
function isSpace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
  if (unit < 0x1680) return unit === 0x85 || unit === 0xa0
  return (
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  )
}
