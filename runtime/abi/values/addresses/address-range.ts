/** Address ranges. A value is the canonical text `address/length`, keeping the given address: `10.1.2.3/8`. */
import { emptyGroups, formatAddress, type Groups, isMapped, readAddress, readGroups, unmap } from './address.ts'

export interface AddressRange {
  readonly groups: Groups
  length: number
}

function emptyRange(): AddressRange {
  return { groups: emptyGroups(), length: 0 }
}

const asked = emptyRange()
const other = emptyRange()

/** Parses an address range in any spelling. The prefix length of an IPv4-mapped range is reduced by 96. */
function readRange(text: string, into: AddressRange): boolean {
  const slash = text.lastIndexOf('/')
  if (slash < 0 || !readGroups(text, 0, slash, into.groups)) return false
  const length = readLength(text, slash + 1)
  if (length < 0 || length > into.groups.count * 16) return false
  if (!isMapped(into.groups)) into.length = length
  else {
    if (length < 96) return false
    into.length = length - 96
    unmap(into.groups)
  }
  return true
}

/** Parses up to three digits without leading zeros. Returns −1 if they are invalid. */
function readLength(text: string, from: number): number {
  const digits = text.length - from
  if (digits < 1 || digits > 3 || (digits > 1 && text.charCodeAt(from) === ZERO)) return -1
  let value = 0
  for (let at = from; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}

const ZERO = 0x30

/** Returns the canonical text of an IP address range (CIDR notation), or `undefined` if it is invalid. */
export function cidr(text: string): string | undefined {
  return readRange(text, asked) ? formatRange(asked) : undefined
}

export function isCIDR(text: string): boolean {
  return readRange(text, asked)
}

/**
 * Parses a constant IP address range, so that conditions need not parse it again.
 *
 * @throws an error if it is invalid
 */
export function addressRange(range: string): AddressRange {
  const made = emptyRange()
  if (!readRange(range, made))
    throw new Error('a value that the policy reads as an IP address range is not one: expected a text such as `10.0.0.0/8`')
  return made
}

function taken(range: AddressRange | string): AddressRange {
  if (typeof range !== 'string') return range
  if (!readRange(range, asked))
    throw new Error('a value that the policy reads as an IP address range is not one: expected a text such as `10.0.0.0/8`')
  return asked
}

/** Returns whether a range contains an IP address. `address` must be canonical. */
export function containsIP(range: AddressRange | string, address: string): boolean {
  return readAddress(address, 0, address.length, other.groups) && holds(taken(range), other.groups)
}

/** Returns whether an IP address range contains an address in any spelling, or `undefined` if the address is invalid. */
export function containsIPText(range: AddressRange | string, text: string): boolean | undefined {
  return readAddress(text, 0, text.length, other.groups) ? holds(taken(range), other.groups) : undefined
}

/** Returns whether an IP address range contains all addresses of another one, `inner`, which must be valid. */
export function containsCIDR(range: AddressRange | string, inner: AddressRange | string): boolean {
  if (typeof inner !== 'string') return includes(taken(range), inner)
  if (!readRange(inner, other))
    throw new Error('a value that the policy reads as an IP address range is not one: expected a text such as `10.0.0.0/8`')
  return includes(taken(range), other)
}

/**
 * Returns whether an IP address range contains all addresses of another one in any spelling. Returns `undefined` if the other
 * range is invalid.
 */
export function containsCIDRText(range: AddressRange | string, text: string): boolean | undefined {
  return readRange(text, other) ? includes(taken(range), other) : undefined
}

function includes(outer: AddressRange, inner: AddressRange): boolean {
  return outer.length <= inner.length && holds(outer, inner.groups)
}

function holds({ groups, length }: AddressRange, address: Groups): boolean {
  if (address.count !== groups.count) return false
  for (let at = 0; at * 16 < length; at += 1) {
    const mask = maskOf(length - at * 16)
    if (((groups.numbers[at] as number) & mask) !== ((address.numbers[at] as number) & mask)) return false
  }
  return true
}

/** Returns a 16-bit mask of leading bits. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0
  return bits >= 16 ? 0xffff : (0xffff << (16 - bits)) & 0xffff
}

/** Returns the address in a range without the prefix length: `10.1.2.3` for `10.1.2.3/8`. */
export function addressOf(range: string): string {
  return range.slice(0, range.indexOf('/'))
}

/** Returns a range in which all bits of the address after the prefix are zero: `10.0.0.0/8` for `10.1.2.3/8`. */
export function masked(range: string): string {
  const { groups, length } = taken(range)
  for (let at = 0; at < groups.count; at += 1) groups.numbers[at] = (groups.numbers[at] as number) & maskOf(length - at * 16)
  return formatRange({ groups, length })
}

function formatRange({ groups, length }: AddressRange): string {
  return `${formatAddress(groups)}/${length}`
}

export function prefixLength(range: string): number {
  return taken(range).length
}
