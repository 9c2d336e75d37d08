/** Validation of constant addresses and address ranges. */

/** Returns whether a text is an IPv4 address of four decimal parts or an IPv6 address (RFC 4291, section 2.2), without a zone. */
export function isAddress(text: string): boolean {
  return familyOf(text) !== null
}

/** Returns whether a text is an address, `/` and a decimal prefix length; at least 96 for an IPv4-mapped address. */
export function isRange(text: string): boolean {
  const [, address, length] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  if (address === undefined) return false
  const bits = Number(length)
  switch (familyOf(address)) {
    case 'IPv4':
      return bits <= 32
    case 'IPv6':
      return bits <= 128
    case 'IPv4-mapped':
      return bits >= 96 && bits <= 128
    case null:
      return false
  }
}

function familyOf(text: string): 'IPv4' | 'IPv6' | 'IPv4-mapped' | null {
  if (isIPv4(text)) return 'IPv4'
  const groups = groupsOf(text)
  if (groups === null) return null
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff ? 'IPv4-mapped' : 'IPv6'
}

function isIPv4(text: string): boolean {
  const parts = text.split('.')
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

/** Returns the eight groups of an IPv6 address, or null. */
export function groupsOf(text: string): readonly number[] | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const written = halves.map((half) => (half === '' ? [] : half.split(':')))
  const last = written.at(-1)?.at(-1)
  if (last?.includes('.')) {
    if (!isIPv4(last)) return null
    const [a, b, c, d] = last.split('.').map(Number) as [number, number, number, number]
    written.at(-1)?.splice(-1, 1, (a * 256 + b).toString(16), (c * 256 + d).toString(16))
  }
  if (!written.flat().every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null
  const [before = [], after = []] = written
  const missing = 8 - before.length - after.length
  // `::` stands for at least one group.
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null
  return [...before, ...Array<string>(missing).fill('0'), ...after].map((group) => Number.parseInt(group, 16))
}
