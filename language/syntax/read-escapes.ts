/**
 * Quoted texts and CEL's escapes: `\\ \" \' \` \? \a \b \f \n \r \t \v \xHH \XHH \uHHHH \UHHHHHHHH \OOO`, and surrogate pairs of
 * two `\u`. Raw texts have none.
 */
import { quotingAt } from './match-text.ts'

/** The offset and length of an invalid escape. */
export interface BadEscape {
  readonly offset: number
  readonly length: number
}

const simple: Readonly<Record<string, string>> = {
  '\\': '\\',
  '"': '"',
  "'": "'",
  '`': '`',
  '?': '?',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

const escapes = new RegExp(
  String.raw`\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|[xX]([0-9a-fA-F]{2})` +
    '|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.)|$)',
  'gsu',
)

/** Returns the value of a quoted string with escapes resolved. The closing quote may be missing. */
export function readEscapes(image: string, bad: (found: BadEscape) => void): string {
  const { raw, quote, opening } = quotingAt(image, 0) ?? { raw: false, quote: '', opening: 0 }
  const closed = image.length >= opening + quote.length && image.endsWith(quote)
  const inner = image.slice(opening, closed ? image.length - quote.length : undefined)
  if (raw || !inner.includes('\\')) return inner
  return inner.replace(escapes, (all: string, high, low, x, u, U, octal, character, offset: number) => {
    if (high !== undefined) return String.fromCharCode(Number.parseInt(high, 16), Number.parseInt(low, 16))
    const code = x ?? u ?? U
    const codePoint = code !== undefined ? Number.parseInt(code, 16) : octal !== undefined ? Number.parseInt(octal, 8) : null
    if (codePoint !== null && isCharacter(codePoint)) return String.fromCodePoint(codePoint)
    const plain = codePoint === null ? simple[character ?? ''] : undefined
    if (plain !== undefined) return plain
    bad({ offset: offset + opening, length: all.length })
    return ''
  })
}

/** Whether it is a Unicode scalar value: no surrogate. */
function isCharacter(codePoint: number): boolean {
  return codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff)
}
