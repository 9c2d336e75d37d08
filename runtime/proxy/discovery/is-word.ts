/**
 * Returns whether a path segment looks like a fixed word of an API: short, pronounceable, with at most two digits. Any other
 * segment (number, UUID, digest, token, address) may be a value of a caller and is never written down.
 */
export function isWord(segment: string): boolean {
  if (segment.length > MOST || !SHAPE.test(segment) || digitsOf(segment) > MOST_DIGITS) return false
  const parts = segment.split(/[._-]/).filter((part) => part !== '')
  if (parts.length > MOST_PARTS || !/[A-Za-z]{2}|^[._]?[a-z]\d{0,2}$/.test(segment)) return false
  // One abbreviation is a name; several are an encoded number.
  return parts.every(isSpoken) && parts.filter(isAbbreviation).length <= 1
}

const MOST = 40
const MOST_PARTS = 5
/** In the whole segment: dates and numbers have several parts. */
const MOST_DIGITS = 2
/** No leading digit: numbers, dates and IDs have one. */
const SHAPE = /^[._]?[A-Za-z][A-Za-z0-9._-]*$/
const MOST_LETTERS = 20
/** Common but unpronounceable. */
const KNOWN = /^(?:html|xhtml|http|https|grpc|jsp|php)$/i

function digitsOf(text: string): number {
  return text.replace(/\D/g, '').length
}

/** Matches `orders`, `v2`, `getOrder`, `CSV`; not `x7k9q2`, `aGVsbG8`, `deadbeef`. */
function isSpoken(part: string): boolean {
  const [, letters = '', digits = ''] = /^([A-Za-z]*)(\d*)$/.exec(part) ?? []
  if (letters === '' && digits === '') return false
  if (letters.length > MOST_LETTERS) return false
  if (letters.length >= 8 && /^[a-f]+$/i.test(letters)) return false
  if (KNOWN.test(letters)) return true
  if (/[bcdfghjklmnpqrstvwxz]{5}/i.test(letters) || (letters.length > 3 && !/[aeiouy]/i.test(letters))) return false
  if (/^[A-Z]{2,4}$/.test(letters)) return true
  // Words of camel case have two letters or more, which few random strings satisfy.
  return letters.length < 2 || /^[A-Za-z]?[a-z]+(?:[A-Z]{1,4}[a-z]+){0,4}(?:[A-Z]{2,4})?$/.test(letters)
}

/** All capitals, or no vowel. */
function isAbbreviation(part: string): boolean {
  return part.length > 1 && (/^[A-Z]+\d*$/.test(part) || /^[^aeiouy]+$/i.test(part))
}
