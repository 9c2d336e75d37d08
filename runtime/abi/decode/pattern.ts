/**
 * `pattern` of an imported JSON Schema (ECMA-262, flag `u`), run by RE2 in linear time. What RE2 lacks (lookaround,
 * backreferences, some properties) runs in JavaScript, at the author's risk.
 */
import { type Regex, regex } from '../values/regex.ts'

export function pattern(source: string): Regex {
  const translated = toRe2(source)
  if (translated === null) return new RegExp(source, 'u')
  try {
    return regex(translated)
  } catch {
    // Exceeds RE2's size limit.
    return new RegExp(source, 'u')
  }
}

/**
 * Translates a valid JavaScript regular expression (flag `u`) to RE2 syntax, for tests that only tell whether a text matches.
 * Returns `null` if RE2 cannot express it.
 */
export function toRe2(source: string): string | null {
  try {
    return new Translation(source).all()
  } catch (error) {
    if (error instanceof Untranslatable) return null
    throw error
  }
}

class Untranslatable extends Error {}

/** JavaScript's `\s` as members of a character class. The next constant is its complement. */
const SPACE = '\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}'
const NO_SPACE =
  '\\x00-\\x08\\x0e-\\x1f!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}' +
  '\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}'
/** Pattern of the categories that are equal in JavaScript and RE2; only JavaScript's `C` includes unassigned characters. */
const CATEGORY = /^(?:L[ulmto]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|Cc|Cf)$/

class Translation {
  readonly #characters: readonly string[]
  #at = 0

  constructor(source: string) {
    this.#characters = [...source]
  }

  all(): string {
    let out = ''
    while (this.#at < this.#characters.length) out += this.#piece()
    return out
  }

  #take(): string {
    const character = this.#characters[this.#at]
    if (character === undefined) throw new Untranslatable()
    this.#at += 1
    return character
  }

  #takeIf(text: string): boolean {
    const characters = [...text]
    if (!characters.every((character, ahead) => this.#characters[this.#at + ahead] === character)) return false
    this.#at += characters.length
    return true
  }

  #piece(): string {
    const character = this.#take()
    if (character === '\\') return this.#escape(false)
    if (character === '[') return this.#class()
    if (character === '.') return '[^\\n\\r\\x{2028}\\x{2029}]'
    if (character !== '(' || !this.#takeIf('?')) return isPlain(character) ? point(character) : character
    if (this.#takeIf(':')) return '(?:'
    if (!this.#takeIf('<') || this.#takeIf('=') || this.#takeIf('!')) throw new Untranslatable()
    // Names are for references only.
    while (!this.#takeIf('>')) this.#take()
    return '('
  }

  /** After a backslash; `inClass`: within a class. */
  #escape(inClass: boolean): string {
    const character = this.#take()
    switch (character) {
      case 'd':
      case 'D':
      case 'w':
      case 'W':
      case 't':
      case 'n':
      case 'v':
      case 'f':
      case 'r':
        return `\\${character}`
      case 's':
        return inClass ? SPACE : `[${SPACE}]`
      case 'S':
        return inClass ? NO_SPACE : `[${NO_SPACE}]`
      case 'b':
        return inClass ? '\\x08' : '\\b'
      case 'B':
        return '\\B'
      case 'p':
      case 'P':
        return this.#property(character)
      default:
        return point(this.#character(character))
    }
  }

  /** Returns the single character of an escape. */
  #character(character: string): string {
    switch (character) {
      case '0':
        return '\0'
      case 'c':
        return String.fromCharCode(this.#take().charCodeAt(0) % 32)
      case 'x':
        return String.fromCharCode(this.#hex(2))
      case 'u': {
        const unit = this.#takeIf('{') ? this.#hexUntilBrace() : this.#hex(4)
        if (unit >= 0xd800 && unit <= 0xdbff && this.#takeIf('\\u')) return String.fromCharCode(unit, this.#hex(4))
        return String.fromCodePoint(unit)
      }
      default:
        if (/[A-Za-z0-9]/.test(character)) throw new Untranslatable()
        return character
    }
  }

  #hex(digits: number): number {
    let text = ''
    for (let digit = 0; digit < digits; digit += 1) text += this.#take()
    return Number.parseInt(text, 16)
  }

  #hexUntilBrace(): number {
    let text = ''
    while (!this.#takeIf('}')) text += this.#take()
    return Number.parseInt(text, 16)
  }

  #property(kind: 'p' | 'P'): string {
    if (!this.#takeIf('{')) throw new Untranslatable()
    let name = ''
    while (!this.#takeIf('}')) name += this.#take()
    if (!CATEGORY.test(name)) throw new Untranslatable()
    return `\\${kind}{${name}}`
  }

  #class(): string {
    const turned = this.#takeIf('^')
    if (this.#takeIf(']')) return turned ? '[\\x00-\\x{10ffff}]' : '[^\\x00-\\x{10ffff}]'
    let out = turned ? '[^' : '['
    while (!this.#takeIf(']')) {
      out += this.#member()
      if (this.#characters[this.#at] === '-' && this.#characters[this.#at + 1] !== ']') {
        this.#at += 1
        out += `-${this.#member()}`
      }
    }
    return `${out}]`
  }

  #member(): string {
    const character = this.#take()
    return character === '\\' ? this.#escape(true) : point(character)
  }
}

/** Returns whether a character stands for itself: it is no operator, letter or digit, and no part of a quantifier. */
function isPlain(character: string): boolean {
  return !/[\^$*+?()|{},0-9A-Za-z]/.test(character)
}

/** Escapes a character by code point if it could be special. */
function point(character: string): string {
  if (/^[A-Za-z0-9 _]$/.test(character)) return character
  const value = character.codePointAt(0) as number
  // A lone surrogate, but RE2 reads code points.
  if (value >= 0xd800 && value <= 0xdfff) throw new Untranslatable()
  return `\\x{${value.toString(16)}}`
}
