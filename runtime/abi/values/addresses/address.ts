/** IP addresses. A value is canonical text: IPv4 dotted, IPv6 by RFC 5952, IPv4-mapped as IPv4. Equal addresses, equal texts. */
import { readIpv4, readIpv6 } from './address-text.ts'

/** A parsed IP address: eight 16-bit numbers for IPv6, two for IPv4. Decisions reuse the objects, so that they allocate none. */
export interface Groups {
  readonly numbers: Uint16Array
  /** Number of 16-bit numbers that are in use: 8 for IPv6, 2 for IPv4. The others have no meaning. */
  count: number
}

export function emptyGroups(): Groups {
  return { numbers: new Uint16Array(8), count: 0 }
}

const read = emptyGroups()

/**
 * Returns the canonical text of an IP address, or `undefined` if it is invalid. Zones, ports, brackets, white space and leading
 * zeros in IPv4 are invalid.
 */
export function ip(text: string): string | undefined {
  if (!readAddress(text, 0, text.length, read)) return undefined
  return isWrittenSo(text, read) ? text : formatAddress(read)
}

export function isIP(text: string): boolean {
  return readAddress(text, 0, text.length, read)
}

/** Returns whether a text is an IP address in canonical form, or `undefined` if it is not an IP address. */
export function isCanonicalIP(text: string): boolean | undefined {
  return readAddress(text, 0, text.length, read) ? isWrittenSo(text, read) : undefined
}

/**
 * Parses an IP address from a part of a text into two or eight 16-bit numbers. An IPv4-mapped IPv6 address becomes an IPv4
 * address. Returns whether the address is valid.
 */
export function readAddress(text: string, from: number, to: number, into: Groups): boolean {
  if (!readGroups(text, from, to, into)) return false
  if (isMapped(into)) unmap(into)
  return true
}

/**
 * Parses an IP address like `readAddress`, except that an IPv4-mapped IPv6 address keeps its eight numbers. Returns whether the
 * address is valid.
 */
export function readGroups(text: string, from: number, to: number, into: Groups): boolean {
  const isIpv6 = text.includes(':')
  into.count = isIpv6 ? 8 : 2
  return isIpv6 ? readIpv6(text, from, to, into.numbers) : readIpv4(text, from, to, into.numbers, 0)
}

/** Returns whether an address is an IPv4-mapped IPv6 address, `::ffff:0:0/96` (RFC 4291, section 2.5.5.2). */
export function isMapped({ numbers, count }: Groups): boolean {
  if (count !== 8 || numbers[5] !== 0xffff) return false
  for (let at = 0; at < 5; at += 1) if (numbers[at] !== 0) return false
  return true
}

export function unmap(groups: Groups): void {
  const { numbers } = groups
  numbers[0] = numbers[6] as number
  numbers[1] = numbers[7] as number
  groups.count = 2
}

export function formatAddress(groups: Groups): string {
  return groups.count === 2 ? formatIpv4(groups) : formatIpv6(groups)
}

function formatIpv4({ numbers: [high = 0, low = 0] }: Groups): string {
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

/**
 * Formats an IPv6 address (RFC 5952, section 4): lower case, no leading zeros, `::` for the first of the longest runs of at
 * least two zeros.
 */
function formatIpv6({ numbers }: Groups): string {
  const length = longestRun(numbers)
  const texts = Array.from(numbers, (group) => group.toString(16))
  if (length === 0) return texts.join(':')
  const start = runOf(numbers, length)
  return `${texts.slice(0, start).join(':')}::${texts.slice(start + length).join(':')}`
}

/** Returns the length of the run that `::` replaces, or 0 without one. */
function longestRun(numbers: Uint16Array): number {
  let longest = 1
  let length = 0
  for (let at = 0; at < 8; at += 1) {
    length = numbers[at] === 0 ? length + 1 : 0
    if (length > longest) longest = length
  }
  return longest === 1 ? 0 : longest
}

/** Returns the start of the first run of a length. */
function runOf(numbers: Uint16Array, length: number): number {
  let start = 0
  for (let at = 0; at - start < length; at += 1) if (numbers[at] !== 0) start = at + 1
  return start
}

/** Returns whether a text is the canonical form of an address. */
function isWrittenSo(text: string, { numbers, count }: Groups): boolean {
  // IPv4 has one spelling; a mapped address has that of IPv4.
  if (count === 2) return !text.includes(':')
  const length = longestRun(numbers)
  const start = length === 0 ? 8 : runOf(numbers, length)
  let at = 0
  for (let group = 0; group < 8; group += 1) {
    if (group === start) {
      if (!text.startsWith('::', at)) return false
      at += 2
      group += length - 1
      continue
    }
    if (group > 0 && group !== start + length) {
      if (text.charCodeAt(at) !== COLON) return false
      at += 1
    }
    for (let shift = highestDigit(numbers[group] as number); shift >= 0; shift -= 4) {
      if (text.charCodeAt(at) !== DIGITS.charCodeAt(((numbers[group] as number) >> shift) & 15)) return false
      at += 1
    }
  }
  return at === text.length
}

const COLON = 0x3a
const DIGITS = '0123456789abcdef'

/** Returns the shift of the first hexadecimal digit of a number. */
function highestDigit(number: number): number {
  return number > 0xfff ? 12 : number > 0xff ? 8 : number > 0xf ? 4 : 0
}
