import { parseAddress } from '../../request/index.ts'

const KINDS: Readonly<Record<string, readonly string[]>> = {
  isUnspecified: ['0.0.0.0/32', '::/128'],
  isLoopback: ['127.0.0.0/8', '::1/128'],
  // Of the flags in the third digit none matters.
  isLinkLocalMulticast: ['224.0.0.0/24', ...[...'0123456789abcdef'].map((flags) => `ff${flags}2::/16`)],
  isLinkLocalUnicast: ['169.254.0.0/16', 'fe80::/10'],
  isMulticast: ['224.0.0.0/4', 'ff00::/8'],
  isBroadcast: ['255.255.255.255/32'],
}

/** Whether an address is of a kind: `isLoopback`. */
export const isA = (kind: string) => (address: string) => KINDS[kind]?.some((range) => contains(range, address)) ?? false
export const isGlobalUnicast = (address: string) => !Object.keys(KINDS).some((kind) => isA(kind)(address))

/** `address/length`, the address as written, in canonical text; null for what is none. IPv4-mapped ranges are IPv4 from /96 on. */
export function parseRange(text: string): string | null {
  const [, written = '', digits = ''] = /^([^/]*)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const address = parseAddress(written)
  if (address === null) return null
  const length = Number(digits) - (written.includes(':') && !address.includes(':') ? 96 : 0)
  return length < 0 || length > widthOf(address) ? null : `${address}/${length}`
}

export function partsOf(range: string): readonly [address: string, length: number] {
  const [address = '', length] = range.split('/')
  return [address, Number(length)]
}

/** Whether a range contains an address, or the whole of another range. */
export function contains(range: string, other: string): boolean {
  const [[base, length], [address, otherLength]] = [partsOf(range), partsOf(other)]
  const behind = BigInt(widthOf(base) - length)
  if (widthOf(base) !== widthOf(address) || otherLength < length) return false
  return bitsOf(base) >> behind === bitsOf(address) >> behind
}

/** With zeros behind the prefix. */
export function masked(range: string): string {
  const [base, length] = partsOf(range)
  const behind = BigInt(widthOf(base) - length)
  const bits = (bitsOf(base) >> behind) << behind
  if (!base.includes(':')) return `${[24n, 16n, 8n, 0n].map((at) => (bits >> at) & 255n).join('.')}/${length}`
  const digits = bits.toString(16).padStart(32, '0')
  return `${parseAddress(digits.replace(/.{4}(?=.)/g, '$&:'))}/${length}`
}

function widthOf(address: string): number {
  return address.includes(':') ? 128 : 32
}

function bitsOf(address: string): bigint {
  if (!address.includes(':')) return address.split('.').reduce((bits, byte) => bits * 256n + BigInt(byte), 0n)
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter((group) => group !== ''))
  const groups = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail]
  return groups.reduce((bits, group) => bits * 65536n + BigInt(`0x${group}`), 0n)
}
