/**
 * Whether a segment of a path is one that somebody who made the service has chosen, as far as can be told: short, of letters that
 * can be spoken, with a digit or two. Everything else (numbers, UUIDs, digests, tokens, addresses, names with signs in them) is
 * somebody's value. In doubt it is a value: what is taken for one is never written down.
 */
export function isWord(segment: string): boolean {
  if (segment.length > MOST || !SHAPE.test(segment) || digitsOf(segment) > MOST_DIGITS) return false
  const parts = segment.split(/[._-]/).filter((part) => part !== '')
  if (parts.length > MOST_PARTS || !/[A-Za-z]{2}|^[._]?[a-z]\d{0,2}$/.test(segment)) return false
  // One abbreviation says what something is; several are a number in other signs.
  return parts.every(isSpoken) && parts.filter(isAbbreviation).length <= 1
}

const MOST = 40
const MOST_PARTS = 5
/** Of the whole: a date or a number has its parts, too. */
const MOST_DIGITS = 2
/** No digit first: that is a number, a date or an id. */
const SHAPE = /^[._]?[A-Za-z][A-Za-z0-9._-]*$/
const MOST_LETTERS = 20
/** What many write and nobody can speak. */
const KNOWN = /^(?:html|xhtml|http|https|grpc|jsp|php)$/i

function digitsOf(text: string): number {
  return text.replace(/\D/g, '').length
}

/** `orders`, `v2`, `getOrder`, `CSV`; not `x7k9q2`, `aGVsbG8`, `deadbeef`. */
function isSpoken(part: string): boolean {
  const [, letters = '', digits = ''] = /^([A-Za-z]*)(\d*)$/.exec(part) ?? []
  if (letters === '' && digits === '') return false
  if (letters.length > MOST_LETTERS) return false
  if (letters.length >= 8 && /^[a-f]+$/i.test(letters)) return false
  if (KNOWN.test(letters)) return true
  if (/[bcdfghjklmnpqrstvwxz]{5}/i.test(letters) || (letters.length > 3 && !/[aeiouy]/i.test(letters))) return false
  if (/^[A-Z]{2,4}$/.test(letters)) return true
  // In camel case each word has two letters or more: of letters by chance few have.
  return letters.length < 2 || /^[A-Za-z]?[a-z]+(?:[A-Z]{1,4}[a-z]+){0,4}(?:[A-Z]{2,4})?$/.test(letters)
}

/** In capitals, or without a vowel. */
function isAbbreviation(part: string): boolean {
  return part.length > 1 && (/^[A-Z]+\d*$/.test(part) || /^[^aeiouy]+$/i.test(part))
}
