/**
 * IP addresses. As a value an address is its canonical text: IPv4 in dotted decimal, IPv6 as in RFC 5952; an IPv4-mapped IPv6 address is
 * the IPv4 address that it stands for. Equal addresses are equal texts.
 */

/** An address taken apart: eight numbers of 16 bits, or two. */
export type Groups = readonly number[]

/** The canonical text; undefined of what is no address: zones, ports, brackets, leading zeros of IPv4, white space. */
export function ip(text: string): string | undefined {
  const groups = readAddress(text)
  return groups === undefined ? undefined : formatAddress(groups)
}

export function isIP(text: string): boolean {
  return readAddress(text) !== undefined
}

/** Undefined of what is no address. */
export function isCanonicalIP(text: string): boolean | undefined {
  const canonical = ip(text)
  return canonical === undefined ? undefined : canonical === text
}

/** IPv4-mapped IPv6 has two groups. */
export function readAddress(text: string): Groups | undefined {
  const groups = readGroups(text)
  return groups !== undefined && isMapped(groups) ? groups.slice(6) : groups
}

export function formatAddress(groups: Groups): string {
  return groups.length === 2 ? formatIpv4(groups) : formatIpv6(groups)
}

/** As written: mapped addresses have eight groups. */
export function readGroups(text: string): Groups | undefined {
  // `0000:0000:0000:0000:0000:ffff:255.255.255.255` is the longest.
  if (text.length > 45) return undefined
  return text.includes(':') ? readIpv6(text) : readIpv4(text)
}

/** `::ffff:0:0/96` (RFC 4291, 2.5.5.2). */
export function isMapped(groups: Groups): boolean {
  return groups.length === 8 && groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0)
}

function readIpv4(text: string): Groups | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  if (match === null) return undefined
  const parts = match.slice(1)
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return undefined
  const [a = 0, b = 0, c = 0, d = 0] = parts.map(Number)
  return [a * 256 + b, c * 256 + d]
}

function readIpv6(text: string): Groups | undefined {
  const gap = text.indexOf('::')
  if (gap < 0) {
    const groups = readParts(text)
    return groups?.length === 8 ? groups : undefined
  }
  const [before, after] = [text.slice(0, gap), text.slice(gap + 2)]
  const head = before === '' ? [] : readParts(before)
  const tail = after === '' ? [] : readParts(after)
  // Dotted decimal stands at the end alone.
  if (head === undefined || tail === undefined || before.includes('.')) return undefined
  const missing = 8 - head.length - tail.length
  return missing < 1 ? undefined : [...head, ...Array.from({ length: missing }, () => 0), ...tail]
}

function readParts(text: string): Groups | undefined {
  const groups: number[] = []
  const parts = text.split(':')
  for (const [at, part] of parts.entries()) {
    const ipv4 = at === parts.length - 1 && part.includes('.') ? readIpv4(part) : undefined
    if (ipv4 !== undefined) groups.push(...ipv4)
    else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

function formatIpv4([high = 0, low = 0]: Groups): string {
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`
}

/** RFC 5952, 4: lower case, no leading zeros, `::` for the first of the longest runs of two zeros or more. */
function formatIpv6(groups: Groups): string {
  let [start, length] = [-1, 1]
  for (let from = 0; from < groups.length; from += 1) {
    let to = from
    while (groups[to] === 0) to += 1
    if (to - from > length) [start, length] = [from, to - from]
  }
  const texts = groups.map((group) => group.toString(16))
  if (start < 0) return texts.join(':')
  return `${texts.slice(0, start).join(':')}::${texts.slice(start + length).join(':')}`
}
