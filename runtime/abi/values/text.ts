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
