/** Kinds of canonical addresses (RFC 4291, RFC 5735; as in Go's `net/netip` and Kubernetes). */
import { emptyGroups, readAddress } from './address.ts'

/** Returns the version of an IP address: 4 or 6. */
export function family(address: string): number {
  return address.includes(':') ? 6 : 4
}

export function isUnspecified(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

export function isLinkLocalMulticast(address: string): boolean {
  return address.startsWith('224.0.0.') || (family(address) === 6 && (firstGroup(address) & 0xff0f) === 0xff02)
}

export function isLinkLocalUnicast(address: string): boolean {
  return address.startsWith('169.254.') || (family(address) === 6 && (firstGroup(address) & 0xffc0) === 0xfe80)
}

/** Returns whether an IP address is a global unicast address, which includes private addresses. */
export function isGlobalUnicast(address: string): boolean {
  return (
    address !== '255.255.255.255' &&
    !isUnspecified(address) &&
    !isLoopback(address) &&
    !isMulticast(address) &&
    !isLinkLocalUnicast(address)
  )
}

function isMulticast(address: string): boolean {
  const first = firstGroup(address)
  return family(address) === 6 ? first >> 8 === 0xff : first >> 12 === 0xe
}

const read = emptyGroups()

function firstGroup(address: string): number {
  return readAddress(address, 0, address.length, read) ? (read.numbers[0] as number) : 0
}
