import type { SegmentProgram } from '../module.ts'

type Param = Extract<SegmentProgram, { kind: 'param' }>

/** Returns whether a decoded path segment matches a parameter: its prefix, its suffix, and the type of the text between them. */
export function fits(param: Param, segment: string): boolean {
  const { prefix, suffix } = param
  // The common case: any text without affixes.
  if (prefix === '' && suffix === '') return param.type === 'string' ? segment !== '' : isInteger(segment, 0, segment.length)
  const end = segment.length - suffix.length
  if (end <= prefix.length || !segment.startsWith(prefix) || !segment.endsWith(suffix)) return false
  return param.type === 'string' || isInteger(segment, prefix.length, end)
}

/** Parses an integer `-?(0|[1-9][0-9]*)` within ±(2⁵³−1), without `-0`. Returns `undefined` if it is invalid. */
export function parseInteger(text: string): number | undefined {
  return isInteger(text, 0, text.length) ? Number(text) : undefined
}

/** Returns whether the range of a text from `start` to before `end` is an integer, as for `parseInteger`. Allocates nothing. */
export function isInteger(text: string, start: number, end: number): boolean {
  const minus = 45
  const zero = 48
  const first = text.charCodeAt(start) === minus ? start + 1 : start
  const digits = end - first
  // 2⁵³−1 is 9,007,199,254,740,991.
  if (digits < 1 || digits > 16) return false
  if (text.charCodeAt(first) === zero) return digits === 1 && first === start
  let value = 0
  for (let at = first; at < end; at += 1) {
    const digit = text.charCodeAt(at) - zero
    if (digit < 0 || digit > 9) return false
    value = value * 10 + digit
  }
  // With so few digits, no larger number is rounded into range.
  return value <= Number.MAX_SAFE_INTEGER
}

/**
 * Compares parameters for sorting: int first, then by the length of their affixes, then plain. If two can match a segment, the
 * checker ensures that one is more specific.
 */
export function compareParams(left: Param, right: Param): number {
  return (
    rank(left) - rank(right) ||
    fixedLength(right) - fixedLength(left) ||
    (left.type === right.type ? 0 : left.type === 'int' ? -1 : 1)
  )
}

function rank(param: Param): number {
  if (fixedLength(param) > 0) return 1
  return param.type === 'int' ? 0 : 2
}

function fixedLength(param: Param): number {
  return param.prefix.length + param.suffix.length
}
