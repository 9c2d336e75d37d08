import { evaluateCall } from '../../../compiler/ir/evaluation/evaluate-call.ts'

/** Returns the position of an IP address in the order of all addresses: IPv4 before IPv6, each in numeric order. */
export function positionOf(address: string): bigint {
  if (!address.includes(':')) return address.split('.').reduce((all, part) => all * 256n + BigInt(part), 0n)
  const [before = '', after] = address.split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? [] : Array.from({ length: 8 - head.length - tail.length }, () => '0')
  return IPV6 + [...head, ...zeros, ...tail].reduce((all, part) => all * 65_536n + BigInt(`0x${part}`), 0n)
}

/**
 * Returns the IP address at a position in the order of all addresses (`positionOf`), as canonical text. Returns null if there is
 * no address at the position.
 */
export function addressAt(position: bigint): string | null {
  if (position < 0n || position >= IPV6 + (1n << 128n)) return null
  if (position < IPV6) return [24n, 16n, 8n, 0n].map((by) => (position >> by) & 255n).join('.')
  const value = position - IPV6
  const groups = Array.from({ length: 8 }, (_, at) => ((value >> BigInt(16 * (7 - at))) & 65_535n).toString(16))
  // An IPv4-mapped address is not distinct.
  const text = evaluateCall('ip(string)', [groups.join(':')])
  return typeof text === 'string' && text.includes(':') ? text : null
}

/** Returns the first and the last address of a CIDR range, as positions in the order of all addresses (`positionOf`). */
export function endsOf(range: string): readonly [bigint, bigint] {
  const [address = '', length = ''] = range.split('/')
  const first = positionOf(address)
  const bits = (address.includes(':') ? 128n : 32n) - BigInt(length)
  const base = address.includes(':') ? IPV6 : 0n
  const from = (((first - base) >> bits) << bits) + base
  return [from, from + (1n << bits) - 1n]
}

const IPV6 = 1n << 32n
