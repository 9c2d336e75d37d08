/** Addresses as numbers: those of IPv4 first, then those of IPv6 (`spec/language/built-ins.md`, Addresses). Texts are canonical ones. */

const V4 = 2n ** 32n
const V6 = 2n ** 128n

export interface Stretch {
  readonly first: bigint
  readonly last: bigint
}

export const ADDRESSES: Stretch = { first: 0n, last: V4 + V6 - 1n }
/** Of these there are none: what is mapped is an address of IPv4. */
export const MAPPED: Stretch = { first: V4 + 0xffffn * V4, last: V4 + 0xffffn * V4 + V4 - 1n }

export function numberOf(address: string): bigint {
  return address.includes(':') ? V4 + sixth(address) : fourth(address)
}

/** All that are in a range, whose address may have bits behind its prefix. */
export function stretchOf(range: string): Stretch {
  const [address, length] = range.split('/') as [string, string]
  const isSixth = address.includes(':')
  const size = 2n ** BigInt((isSixth ? 128 : 32) - Number(length))
  const offset = isSixth ? V4 : 0n
  const first = ((numberOf(address) - offset) / size) * size + offset
  return { first, last: first + size - 1n }
}

function fourth(address: string): bigint {
  return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n)
}

function sixth(address: string): bigint {
  const [left = '', right] = address.split('::')
  const groupsOf = (part: string) => (part === '' ? [] : part.split(':'))
  const [before, after] = [groupsOf(left), groupsOf(right ?? '')]
  const zeros = right === undefined ? [] : new Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n)
}
