const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])'
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`)
const GROUP = /^[0-9A-Fa-f]{1,4}$/

/** Returns whether a text is an IPv4 address of four decimal parts or an IPv6 address (RFC 4291, section 2.2), without a zone. */
export function isAddress(text: string): boolean {
  if (!text.includes(':')) return IPV4.test(text)
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1) ?? ''
  const dotted = last.includes('.')
  if (dotted && (!IPV4.test(last) || text.endsWith(':'))) return false
  if (!groups.slice(0, dotted ? -1 : undefined).every((group) => GROUP.test(group))) return false
  const count = groups.length + (dotted ? 1 : 0)
  return halves.length === 2 ? count < 8 : count === 8
}
