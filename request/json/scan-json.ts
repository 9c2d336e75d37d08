/**
 * Finds faults that `JSON.parse` ignores and a policy must not. One pass without recursion, so neither length nor depth can do
 * harm. It follows the whole grammar (RFC 8259), so it also locates syntax errors; `JSON.parse` has the last word.
 */

/** Maximum number of nested objects and arrays in a JSON text. */
export const MAX_JSON_DEPTH = 64

export interface JsonFault {
  /** Description of the fault: one sentence that contains no part of the text. */
  readonly message: string
  /** Offset in UTF-16 units: of the syntax error, of the second of two names, or of the lone surrogate. */
  readonly offset: number
}

/**
 * Returns the first fault of a JSON text: a syntax error, a duplicate name, more than 64 levels, or a lone surrogate; null if
 * there is none.
 */
export function scanJson(text: string): JsonFault | null {
  // For each open object the names seen in it, for each open array null.
  const open: (Names | null)[] = []
  let at = skipSpace(text, 0)
  // Whether a closing bracket is valid in place of a value or name: directly after the opening one.
  let empty = false
  for (;;) {
    let c = text.charCodeAt(at)
    const names = open.length === 0 ? null : (open[open.length - 1] as Names | null)
    if (!(empty && c === (names === null ? RIGHT_BRACKET : RIGHT_BRACE))) {
      if (names !== null) {
        const colon = nameEnd(text, at, names)
        if (typeof colon !== 'number') return colon
        at = skipSpace(text, colon)
        c = text.charCodeAt(at)
      }
      if (c === LEFT_BRACE || c === LEFT_BRACKET) {
        if (open.length === MAX_JSON_DEPTH) return { message: `it is nested deeper than ${MAX_JSON_DEPTH} levels`, offset: at }
        open.push(c === LEFT_BRACE ? new Names() : null)
        at = skipSpace(text, at + 1)
        empty = true
        continue
      }
      const end = c === QUOTE ? stringEnd(text, at) : scalarEnd(text, at)
      if (typeof end !== 'number') return end
      at = skipSpace(text, end)
    }
    empty = false
    // After a value: close what it ends.
    while (open.length > 0 && text.charCodeAt(at) === (open[open.length - 1] === null ? RIGHT_BRACKET : RIGHT_BRACE)) {
      open.pop()
      at = skipSpace(text, at + 1)
    }
    if (open.length === 0) return at === text.length ? null : notJson(at)
    if (text.charCodeAt(at) !== COMMA) return notJson(at)
    at = skipSpace(text, at + 1)
  }
}

/** Returns the end of a member's name and colon. */
function nameEnd(text: string, at: number, names: Names): number | JsonFault {
  if (text.charCodeAt(at) !== QUOTE) return notJson(at)
  const end = stringEnd(text, at)
  if (typeof end !== 'number') return end
  const raw = text.slice(at + 1, end - 1)
  // `"a"` and `"\u0061"` are one name.
  const name = raw.includes('\\') ? (JSON.parse(text.slice(at, end)) as string) : raw
  if (!names.add(name)) return { message: 'an object has the same name twice', offset: at }
  const colon = skipSpace(text, end)
  return text.charCodeAt(colon) === COLON ? colon + 1 : notJson(colon)
}

/** `at` is the opening quote; the end is after the closing one. */
function stringEnd(text: string, at: number): number | JsonFault {
  let i = at + 1
  // The index of a high surrogate, raw or escaped, whose low surrogate must follow.
  let high = -1
  for (;;) {
    const start = i
    let unit = text.charCodeAt(i)
    if (unit === QUOTE) return high === -1 ? i + 1 : halfPair(high)
    if (unit === BACKSLASH) {
      const escaped = text.charCodeAt(i + 1)
      if (escaped === LOWER_U) {
        unit = hexadecimal(text, i + 2)
        if (unit === -1) return notJson(i)
        i += 6
      } else if (isSimpleEscape(escaped)) {
        unit = 0
        i += 2
      } else return notJson(i)
    } else {
      // Also at the end of the text: NaN.
      if (!(unit >= 0x20)) return notJson(i)
      i += 1
    }
    const isLow = unit >= 0xdc00 && unit <= 0xdfff
    if (high === -1 ? isLow : !isLow) return halfPair(high === -1 ? start : high)
    high = unit >= 0xd800 && unit <= 0xdbff ? start : -1
  }
}

/** A number, `true`, `false` or `null`. */
function scalarEnd(text: string, at: number): number | JsonFault {
  const c = text.charCodeAt(at)
  if (c === MINUS || isDigit(c)) return numberEnd(text, at)
  for (const word of ['true', 'false', 'null']) if (text.startsWith(word, at)) return at + word.length
  return notJson(at)
}

/** RFC 8259, section 6. */
function numberEnd(text: string, at: number): number | JsonFault {
  let i = text.charCodeAt(at) === MINUS ? at + 1 : at
  const whole = text.charCodeAt(i) === ZERO ? i + 1 : digitsEnd(text, i)
  if (whole === i) return notJson(i)
  i = whole
  if (text.charCodeAt(i) === DOT) {
    const end = digitsEnd(text, i + 1)
    if (end === i + 1) return notJson(end)
    i = end
  }
  if ((text.charCodeAt(i) | 0x20) === LOWER_E) {
    const sign = text.charCodeAt(i + 1)
    const digits = sign === MINUS || sign === PLUS ? i + 2 : i + 1
    const end = digitsEnd(text, digits)
    if (end === digits) return notJson(end)
    i = end
  }
  return i
}

function digitsEnd(text: string, at: number): number {
  let i = at
  while (isDigit(text.charCodeAt(i))) i++
  return i
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39
}

function skipSpace(text: string, at: number): number {
  let i = at
  for (;;) {
    const c = text.charCodeAt(i)
    if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return i
    i++
  }
}

/** Returns the value of four hexadecimal digits, or −1. */
function hexadecimal(text: string, at: number): number {
  const digits = text.slice(at, at + 4)
  return /^[0-9A-Fa-f]{4}$/.test(digits) ? Number.parseInt(digits, 16) : -1
}

function isSimpleEscape(c: number): boolean {
  return '"\\/bfnrt'.includes(String.fromCharCode(c))
}

function notJson(offset: number): JsonFault {
  return { message: 'it is not JSON', offset }
}

function halfPair(offset: number): JsonFault {
  return { message: 'a string contains half of a surrogate pair', offset }
}

/** The names of one object. Most have few, for which comparing is faster than hashing. */
class Names {
  readonly #few: string[] = []
  #many: Set<string> | null = null

  /** Returns false if the name is present. */
  add(name: string): boolean {
    if (this.#many !== null) return this.#many.size < this.#many.add(name).size
    if (this.#few.includes(name)) return false
    this.#few.push(name)
    if (this.#few.length > 8) this.#many = new Set(this.#few)
    return true
  }
}

const QUOTE = 0x22
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const DOT = 0x2e
const ZERO = 0x30
const COLON = 0x3a
const LEFT_BRACKET = 0x5b
const BACKSLASH = 0x5c
const RIGHT_BRACKET = 0x5d
const LOWER_E = 0x65
const LOWER_U = 0x75
const LEFT_BRACE = 0x7b
const RIGHT_BRACE = 0x7d
