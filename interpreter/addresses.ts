import { groupsOf, isRange } from '../language/index.ts'
import { parseAddress } from '../request/index.ts'

const KINDS = {
  isUnspecified: ['0.0.0.0/32', '::/128'],
  isLoopback: ['127.0.0.0/8', '::1/128'],
  // The flags in the third digit do not matter.
  isLinkLocalMulticast: ['224.0.0.0/24', ...[...'0123456789abcdef'].map((flags) => `ff${flags}2::/16`)],
  isLinkLocalUnicast: ['169.254.0.0/16', 'fe80::/10'],
  isMulticast: ['224.0.0.0/4', 'ff00::/8'],
  isBroadcast: ['255.255.255.255/32'],
}

const isIn = (ranges: readonly string[], address: string) => ranges.some((range) => contains(range, address))
export const isA = (kind: keyof typeof KINDS) => (address: string) => isIn(KINDS[kind], address)
export const isGlobalUnicast = (address: string) => !isIn(Object.values(KINDS).flat(), address)

/** Returns `address/length` in canonical text; null if the text is not a range. IPv4-mapped ranges are IPv4 from /96 on. */
export function parseRange(text: string): string | null {
  if (!isRange(text)) return null
  const [written, length] = addressAndLength(text)
  const address = parseAddress(written) as string
  return `${address}/${written.includes(':') && !address.includes(':') ? length - 96 : length}`
}

/** Splits a range into its address and length. An address is a range of one address. */
export function addressAndLength(range: string): readonly [address: string, length: number] {
  const [address = '', length = range.includes(':') ? 128 : 32] = range.split('/')
  return [address, Number(length)]
}

/** Returns whether a range contains an address or another whole range. */
export const contains = (range: string, other: string) =>
  range.includes(':') === other.includes(':') && fixedBits(other).startsWith(fixedBits(range))

/** Returns a range with all address bits after the prefix set to zero: `192.0.2.0/24` for `192.0.2.7/24`. */
export function masked(range: string): string {
  const bits = fixedBits(range).padEnd(128, '0')
  const groups = bits.match(/.{16}/g)?.map((group) => Number.parseInt(group, 2).toString(16)) ?? []
  return `${parseAddress(groups.join(':'))}/${addressAndLength(range)[1]}`
}

/** Returns a range's prefix bits, of IPv4 as an IPv4-mapped address (RFC 4291, section 2.5.5.2). */
function fixedBits(range: string): string {
  const [address, length] = addressAndLength(range)
  const [mapped, fixed] = address.includes(':') ? [address, length] : [`::ffff:${address}`, 96 + length]
  const bits = (groupsOf(mapped) ?? []).map((group) => group.toString(2).padStart(16, '0'))
  return bits.join('').slice(0, fixed)
}
