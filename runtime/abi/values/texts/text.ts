/** Strings as sequences of code points. */

/**
 * Compares two texts by code points. Returns a number below, at or above 0. JavaScript's `<` compares UTF-16 code units and sorts
 * U+FF5E after U+1F600.
 */
export function compare(left: string, right: string): number {
  const length = Math.min(left.length, right.length)
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at)
    const b = right.charCodeAt(at)
    if (a !== b) return order(a) - order(b)
  }
  return left.length - right.length
}

/** Returns the rank of a code unit. Surrogates sort after all other units, as code points above U+FFFF do. */
function order(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** Returns the number of code points before a position in UTF-16 code units. */
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

export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

export function upperAscii(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/** Returns whether a text has no lone surrogate and so has a UTF-8 form. */
export function isWellFormed(text: string): boolean {
  return !/[\ud800-\udfff]/u.test(text)
}

/**
 * Escapes control characters, Unicode line ends and characters that change the text direction as `\u…`, so that the text stays
 * on its line.
 */
export function escapeControls(text: string): string {
  return text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/**
 * Returns whether a text can be set as a header value and arrives at the service unchanged: characters 0x20 to 0x7e without outer
 * spaces (RFC 9110, section 5.5). A permit that sets another value fails with an evaluation error.
 */
export function isHeaderValue(value: string | undefined): value is string {
  return value !== undefined && /^(?:[!-~](?:[ -~]*[!-~])?)?$/.test(value)
}
