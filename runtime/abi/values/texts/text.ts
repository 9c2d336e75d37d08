/** Strings as conditions see them: sequences of code points. */

/** Below, at or above 0, by code point (JavaScript's own `<` goes by UTF-16 unit and puts U+FF5E after U+1F600). */
export function compare(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at)
    const b = right.charCodeAt(at)
    if (a !== b) return order(a) - order(b)
  }
  return left.length - right.length
}

/** Surrogates stand for code points above U+FFFF: they move behind the other units. */
function order(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** How many code points, up to a unit at which one begins. */
export function codePoints(text: string, end = text.length): number {
  let count = end
  for (let at = 0; at < end - 1; at += 1) {
    if ((text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00) {
      count -= 1
      at += 1
    }
  }
  return count
}

/** A–Z become a–z; everything else stays. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** a–z become A–Z; everything else stays. */
export function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/** No lone surrogate: a text that UTF-8 can carry. */
export function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text)
}

/**
 * A text that stays on its line and looks like what it is: control characters, what Unicode counts as the end of a line,
 * and what turns the direction of writing become `\u…`.
 */
export function escapeControls(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/**
 * Whether a text can be sent as the value of a header and arrive as it is: characters 0x20 to 0x7e, without a space at either
 * end, which HTTP takes away (RFC 9110, 5.5). A value that cannot, or that erred, is an evaluation error.
 */
export function isHeaderValue(value: string | undefined): value is string {
  return value !== undefined && /^(?:[!-~](?:[ -~]*[!-~])?)?$/.test(value)
}
