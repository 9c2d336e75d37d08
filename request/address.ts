/**
 * Returns the canonical text of an IP address: IPv4 in strict dotted decimal, IPv6 as in RFC 5952, IPv4-mapped IPv6 (RFC 4291
 * §2.5.5.2) as IPv4. Null for anything else: zone identifiers, ports, brackets, leading zeros, `127.1`, hexadecimal or octal
 * parts, white space.
 */
export function parseAddress(text: string): string | null {
  if (text.length > LONGEST) return null
  if (!text.includes(':')) return readIpv4(text) === null ? null : text
  const groups = readIpv6(text)
  if (groups === null) return null
  return isIpv4Mapped(groups) ? dotted(groups) : formatIpv6(groups)
}

/** Returns whether a canonical address is in a range of addresses; false for an address of the other family. */
export type AddressRange = (address: string) => boolean

/** Parses `192.0.2.0/24`, `2001:db8::/32`, or one address. Null for bits after the prefix, or a malformed length. */
export function parseAddressRange(text: string): AddressRange | null {
  const [base = '', length, ...more] = text.split('/')
  const first = parseAddress(base)
  // A mapped address would have a length of the other family.
  if (first === null || more.length > 0 || (base.includes(':') && !first.includes(':'))) return null
  const bits = first.includes(':') ? 128 : 32
  if (length !== undefined && !/^(0|[1-9][0-9]{0,2})$/.test(length)) return null
  const prefix = length === undefined ? bits : Number(length)
  if (prefix > bits) return null
  const shift = BigInt(bits - prefix)
  const number = numberOf(first)
  if ((number >> shift) << shift !== number) return null
  return (address) => address.includes(':') === first.includes(':') && numberOf(address) >> shift === number >> shift
}

/**
 * Returns a key for the addresses that one client usually has: a single IPv4 address, or 2⁶⁴ IPv6 addresses (RFC 6177).
 *
 * @param address address in canonical text
 */
export function networkOf(address: string): string {
  return address.includes(':') ? (readIpv6(address) ?? []).slice(0, 4).join(':') : address
}

/** @param address in canonical text */
function numberOf(address: string): bigint {
  const groups = address.includes(':') ? readIpv6(address) : readIpv4(address)
  let number = 0n
  for (const group of groups ?? []) number = (number << 16n) | BigInt(group)
  return number
}

/** The length of `0000:0000:0000:0000:0000:ffff:255.255.255.255`. */
const LONGEST = 45

/** Returns the two halves as 16-bit numbers. */
function readIpv4(text: string): readonly [number, number] | null {
  const parts = text.split('.')
  if (parts.length !== 4) return null
  const bytes: number[] = []
  for (const part of parts) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) return null
    bytes.push(Number(part))
  }
  const [a = 0, b = 0, c = 0, d = 0] = bytes
  return [a * 256 + b, c * 256 + d]
}

/** Returns eight 16-bit numbers. */
function readIpv6(text: string): readonly number[] | null {
  const gap = text.indexOf('::')
  if (gap === -1) return readGroups(text, 8)
  const head = gap === 0 ? [] : readGroups(text.slice(0, gap), null)
  const tail = gap + 2 === text.length ? [] : readGroups(text.slice(gap + 2), null)
  if (head === null || tail === null) return null
  // `::` stands for one group or more (RFC 4291 §2.2).
  const missing = 8 - head.length - tail.length
  // An IPv4 tail is the end of the address, never before a `::`.
  if (missing < 1 || text.slice(0, gap).includes('.')) return null
  return [...head, ...new Array<number>(missing).fill(0), ...tail]
}

function readGroups(text: string, expected: number | null): readonly number[] | null {
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes('.')) {
      const ipv4 = readIpv4(part)
      if (ipv4 === null) return null
      groups.push(...ipv4)
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null
      groups.push(Number.parseInt(part, 16))
    }
  }
  return expected === null || groups.length === expected ? groups : null
}

function isIpv4Mapped(groups: readonly number[]): boolean {
  return groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
}

function dotted(groups: readonly number[]): string {
  const [high = 0, low = 0] = groups.slice(6)
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

/** RFC 5952 §4: lower case, no leading zeros, `::` for the first longest run of at least two zero groups. */
function formatIpv6(groups: readonly number[]): string {
  let start = -1
  let length = 1
  for (let i = 0; i < 8; i++) {
    let end = i
    while (groups[end] === 0) end++
    if (end - i > length) {
      start = i
      length = end - i
    }
  }
  const hex = groups.map((group) => group.toString(16))
  if (start === -1) return hex.join(':')
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`
}
