import { parseAddress } from './address.ts'
import { characterTable, DIGITS, LOWER, UPPER } from './characters.ts'

export interface Authority {
  /** Host in lower case, without a trailing dot: a name, a dotted IPv4 address, or a bracketed IPv6 address as in RFC 5952. */
  readonly host: string
  readonly port: number | null
}

/**
 * Returns the canonical authority of a Host line (RFC 9110 §7.2) or URL, or null: for user information, escapes, white space,
 * empty or long labels, ports outside 1 to 65535 or with leading zeros, zone identifiers, IPvFuture. A name whose last label is a
 * number must be strict dotted decimal IPv4: browsers' URL parsers read `127.1` and `0x7f.1` as addresses.
 */
export function canonicalHost(text: string): Authority | null {
  if (text.charCodeAt(0) === LEFT_BRACKET) return bracketed(text)
  const colon = text.indexOf(':')
  const host = canonicalName(colon === -1 ? text : text.slice(0, colon))
  if (host === null) return null
  if (colon === -1) return { host, port: null }
  const port = readPort(text.slice(colon + 1))
  return port === null ? null : { host, port }
}

const LEFT_BRACKET = 0x5b

function bracketed(text: string): Authority | null {
  const end = text.indexOf(']')
  const address = end === -1 ? null : parseAddress(text.slice(1, end))
  // Without a colon it is an IPv4 or IPv4-mapped address, which has another spelling.
  if (address === null || !address.includes(':')) return null
  const host = `[${address}]`
  if (end + 1 === text.length) return { host, port: null }
  const port = text[end + 1] === ':' ? readPort(text.slice(end + 2)) : null
  return port === null ? null : { host, port }
}

function readPort(text: string): number | null {
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? Number(text) : 0
  return port >= 1 && port <= 65535 ? port : null
}

const nameCharacters = characterTable(`${LOWER}${UPPER}${DIGITS}-_`)
const DOT = 0x2e

/** Lengths as in RFC 1035 §2.3.4; `_` occurs in real service names. */
function canonicalName(text: string): string | null {
  // Checked before lower-casing: U+212A KELVIN SIGN becomes ASCII.
  const end = text.endsWith('.') ? text.length - 1 : text.length
  if (end > 253) return null
  let start = 0
  for (let i = 0; i < end; i++) {
    const c = text.charCodeAt(i)
    if (c === DOT) {
      if (i === start || i - start > 63) return null
      start = i + 1
    } else if (nameCharacters[c] !== 1) {
      return null
    }
  }
  if (end === start || end - start > 63) return null
  const name = text.slice(0, end).toLowerCase()
  return isNumber(name.slice(start)) ? parseAddress(name) : name
}

/** Whether a host "ends in a number" for URL parsers: digits, or `0x` and any hexadecimal digits. */
function isNumber(label: string): boolean {
  return /^([0-9]+|0x[0-9a-f]*)$/.test(label)
}
