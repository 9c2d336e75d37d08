/** Ranges of addresses. As a value a range is its canonical text, `address/length`, with the address as it was given: `10.1.2.3/8`. */
import { formatAddress, type Groups, ip, isMapped, readAddress, readGroups } from './address.ts'

/** The canonical text; undefined of what is no range. Of an IPv4-mapped address the length counts from 96 on. */
export function cidr(text: string): string | undefined {
  const slash = text.lastIndexOf('/')
  const written = slash < 0 ? undefined : readGroups(text.slice(0, slash))
  if (written === undefined || !/^(0|[1-9]\d{0,2})$/.test(text.slice(slash + 1))) return undefined
  const length = Number(text.slice(slash + 1))
  if (length > written.length * 16) return undefined
  if (!isMapped(written)) return `${formatAddress(written)}/${length}`
  return length < 96 ? undefined : `${formatAddress(written.slice(6))}/${length - 96}`
}

export function isCIDR(text: string): boolean {
  return cidr(text) !== undefined
}

/** A range taken apart for many questions. */
export interface AddressRange {
  readonly groups: Groups
  readonly length: number
}

/** Of the canonical text of a range. */
export function addressRange(range: string): AddressRange {
  const slash = range.indexOf('/')
  const groups = readAddress(range.slice(0, slash))
  if (groups === undefined) throw new Error('not a range')
  return { groups, length: Number(range.slice(slash + 1)) }
}

function taken(range: AddressRange | string): AddressRange {
  return typeof range === 'string' ? addressRange(range) : range
}

/** `address` is a canonical text. */
export function containsIP(range: AddressRange | string, address: string): boolean {
  const groups = readAddress(address)
  return groups !== undefined && holds(taken(range), groups)
}

/** Undefined where the text is no address. */
export function containsIPText(range: AddressRange | string, text: string): boolean | undefined {
  const address = ip(text)
  return address === undefined ? undefined : containsIP(range, address)
}

/** Whether the whole of the other range is in it. */
export function containsCIDR(range: AddressRange | string, other: AddressRange | string): boolean {
  const [outer, inner] = [taken(range), taken(other)]
  return outer.length <= inner.length && holds(outer, inner.groups)
}

/** Undefined where the text is no range. */
export function containsCIDRText(range: AddressRange | string, text: string): boolean | undefined {
  const other = cidr(text)
  return other === undefined ? undefined : containsCIDR(range, other)
}

function holds({ groups, length }: AddressRange, address: Groups): boolean {
  if (address.length !== groups.length) return false
  for (let at = 0; at * 16 < length; at += 1) {
    const mask = maskOf(length - at * 16)
    if (((groups[at] as number) & mask) !== ((address[at] as number) & mask)) return false
  }
  return true
}

/** The first so many bits of 16. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0
  return bits >= 16 ? 0xffff : (0xffff << (16 - bits)) & 0xffff
}

/** Its address, as it was given. */
export function addressOf(range: string): string {
  return range.slice(0, range.indexOf('/'))
}

/** The range with zeros behind its length. */
export function masked(range: string): string {
  const { groups, length } = addressRange(range)
  return `${formatAddress(groups.map((group, at) => group & maskOf(length - at * 16)))}/${length}`
}

export function prefixLength(range: string): number {
  return addressRange(range).length
}
