/** Parses addresses into 16-bit numbers without allocation. */

/**
 * Parses an IPv4 address in dotted decimal, without leading zeros, from a part of a text. Writes two 16-bit numbers and returns
 * whether the address is valid.
 */
export function readIpv4(text: string, from: number, to: number, into: Uint16Array, at: number): boolean {
  let part = 0
  let value = 0
  let digits = 0
  let high = 0
  for (let unit = from; unit <= to; unit += 1) {
    const code = unit === to ? DOT : text.charCodeAt(unit)
    if (code === DOT) {
      if (digits === 0 || part === 4) return false
      if (part % 2 === 0) high = value
      else into[at + (part >> 1)] = high * 256 + value
      part += 1
      value = 0
      digits = 0
    } else {
      const digit = code - ZERO
      if (digit < 0 || digit > 9 || (digits > 0 && value === 0)) return false
      value = value * 10 + digit
      digits += 1
      if (value > 255) return false
    }
  }
  return part === 4
}

/**
 * Parses an IPv6 address (RFC 4291, section 2.2) from a part of a text. `::` stands for at least one group, and the end may be
 * dotted decimal. Writes eight 16-bit numbers and returns whether the address is valid.
 */
export function readIpv6(text: string, from: number, to: number, into: Uint16Array): boolean {
  let count = 0
  let gap = -1
  let unit = from
  if (text.charCodeAt(unit) === COLON) {
    if (to - from < 2 || text.charCodeAt(unit + 1) !== COLON) return false
    gap = 0
    unit += 2
  }
  while (unit < to) {
    if (count === 8) return false
    const start = unit
    let value = 0
    for (let digit = 0; unit < to; unit += 1) {
      digit = hexadecimal(text.charCodeAt(unit))
      if (digit < 0) break
      value = value * 16 + digit
      if (unit - start === 4) return false
    }
    const code = unit === to ? END : text.charCodeAt(unit)
    if (code === DOT) {
      if (count > 6 || !readIpv4(text, start, to, into, count)) return false
      count += 2
      break
    }
    if (unit === start || (code !== COLON && code !== END)) return false
    into[count] = value
    count += 1
    if (code === END) break
    unit += 1
    if (unit === to) return false
    if (text.charCodeAt(unit) === COLON) {
      if (gap >= 0) return false
      gap = count
      unit += 1
    }
  }
  if (gap < 0) return count === 8
  if (count === 8) return false
  widen(into, gap, count)
  return true
}

/** Moves the numbers behind the gap to the end, and sets the gap to zero. */
function widen(numbers: Uint16Array, gap: number, count: number): void {
  const missing = 8 - count
  for (let at = count - 1; at >= gap; at -= 1) numbers[at + missing] = numbers[at] as number
  for (let at = gap; at < gap + missing; at += 1) numbers[at] = 0
}

const DOT = 0x2e
const COLON = 0x3a
const ZERO = 0x30
const END = -1

/** Returns the value of a hexadecimal digit, or −1 for another character. */
function hexadecimal(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
