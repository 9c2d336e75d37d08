import { characterTable, DIGITS, isHexDigitAt, LOWER, UPPER } from './characters.ts'
import type { RefusalCode } from './refusals.ts'

/** The request target in origin form (RFC 9112 §3.2.1), split and decoded. `rawPath + rawQuery` is the target, byte for byte. */
export interface Target {
  readonly rawPath: string
  readonly rawQuery: string
  readonly segments: readonly string[]
  readonly path: string
}

/** Maximum bytes of a request target. Longer ones are refused with status 414. */
export const MAX_TARGET = 8192

/**
 * Parses a request target in one pass. Accepts only targets that every server interprets alike, and normalizes none, so the
 * decided path is the forwarded path. The query is checked against the grammar (RFC 3986 §3.4) but not decoded.
 */
export function readTarget(target: string): Target | RefusalCode {
  const length = target.length
  if (length > MAX_TARGET) return 'target-too-long'
  if (target.charCodeAt(0) !== SLASH) return 'target-form'

  const segments: string[] = []
  let start = 1
  let escaped = false
  let at = 1
  for (; at < length; at++) {
    const c = target.charCodeAt(at)
    if (pathCharacters[c] === 1) continue
    if (c === QUESTION_MARK) break
    if (c === SLASH) {
      if (at === start) return 'empty-segment'
      const refused = addSegment(segments, target.slice(start, at), escaped)
      if (refused !== null) return refused
      start = at + 1
      escaped = false
    } else if (c === PERCENT) {
      if (!isHexDigitAt(target, at + 1) || !isHexDigitAt(target, at + 2)) return 'escape-invalid'
      at += 2
      escaped = true
    } else {
      return refusedCharacter(c)
    }
  }
  const refused = addSegment(segments, target.slice(start, at), escaped) ?? refusedQuery(target, at + 1)
  if (refused !== null) return refused
  return {
    rawPath: at === length ? target : target.slice(0, at),
    rawQuery: target.slice(at),
    segments,
    path: `/${segments.join('/')}`,
  }
}

const SLASH = 0x2f
const PERCENT = 0x25
const QUESTION_MARK = 0x3f

/** pchar (RFC 3986 §3.3) without `%`, which is handled separately, and `;`, at which some servers cut segments. */
const pchar = `${LOWER}${UPPER}${DIGITS}-._~!$&'()*+,=:@`
const pathCharacters = characterTable(pchar)

/** RFC 3986 §3.4, and the brackets of `filter[name]=x`, which browsers send unescaped. */
const queryCharacters = characterTable(`${pchar};/?[]`)

function refusedQuery(target: string, start: number): RefusalCode | null {
  for (let at = start; at < target.length; at++) {
    const c = target.charCodeAt(at)
    if (queryCharacters[c] === 1) continue
    if (c !== PERCENT) return c === BACKSLASH ? 'target-character' : refusedCharacter(c)
    if (!isHexDigitAt(target, at + 1) || !isHexDigitAt(target, at + 2)) return 'escape-invalid'
    at += 2
  }
  return null
}

/** Appends the decoded segment, or returns the reason for a refusal. */
function addSegment(segments: string[], raw: string, escaped: boolean): RefusalCode | null {
  let segment = raw
  if (escaped) {
    try {
      // Percent-decoding with strict UTF-8 (no overlong forms, no surrogates), by ECMA-262 §19.2.6.5.
      segment = decodeURIComponent(raw)
    } catch {
      return 'utf8-invalid'
    }
    const refused = refusedDecoded(segment) ?? (hidesDots(segment) ? 'dot-segment' : null)
    if (refused !== null) return refused
  }
  if (segment === '.' || segment === '..') return 'dot-segment'
  segments.push(segment)
  return null
}

/** Refuses what an escape must not hide: separators of some servers, and control characters (Unicode category Cc). */
function refusedDecoded(segment: string): RefusalCode | null {
  for (let i = 0; i < segment.length; i++) {
    const c = segment.charCodeAt(i)
    if (c === SLASH) return 'encoded-slash'
    if (c === BACKSLASH) return 'backslash'
    if (c === SEMICOLON) return 'semicolon'
    if (c < 0x20 || (c > 0x7e && c < 0xa0)) return 'control-byte'
  }
  return null
}

/**
 * Whether a segment, or a part of it, is a dot segment for a service that trims white space, or that maps characters to
 * compatible (NFKC) or similar ASCII ones. Other likenesses are accepted: a name may contain a fullwidth `/`.
 */
function hidesDots(segment: string): boolean {
  if (!mayHideDots.test(segment)) return false
  return segment
    .normalize('NFKC')
    .split(likeSlashes)
    .some((part) => /^\.\.?$/.test(part.trim()))
}

/** Visible ASCII hides nothing. */
const mayHideDots = /[^\x21-\x7e]/
const likeSlashes = /[/\\\u2044\u2215\u2216\u29f5\u29f8\u29f9]/

const BACKSLASH = 0x5c
const SEMICOLON = 0x3b
const NUMBER_SIGN = 0x23

function refusedCharacter(c: number): RefusalCode {
  if (c === NUMBER_SIGN) return 'fragment'
  if (c === BACKSLASH) return 'backslash'
  if (c === SEMICOLON) return 'semicolon'
  if (c < 0x20 || c === 0x7f) return 'control-byte'
  return c > 0x7e ? 'target-non-ascii' : 'target-character'
}
