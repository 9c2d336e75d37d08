/**
 * What one customer of a network has: an IPv4 address, or of IPv6 the /64 (RFC 6177), as whoever has that has 2^64 addresses. In
 * canonical text.
 */
export function addressBlock(address: string): string {
  if (!address.includes(':')) return address
  const [left = '', right] = address.split('::')
  const first = left === '' ? [] : left.split(':')
  const last = right === undefined || right === '' ? [] : right.split(':')
  const zeros = right === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => '0')
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`
}
