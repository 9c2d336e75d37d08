import { parseAddress as canonicalAddress } from '../../request/index.ts'

export interface Address {
  /** Host name, IPv4 address, or IPv6 address without brackets. */
  readonly host: string
  /** Port number; 0 stands for any free port. */
  readonly port: number
}

/** A Unix socket at which to listen. */
export interface UnixAddress {
  /** Absolute path of the socket. */
  readonly path: string
  /** Permission bits of the socket. */
  readonly mode: number
  /** Name or number of the socket's group; `null` for that of the process. */
  readonly group: string | number | null
}

export function isUnix(address: Address | UnixAddress): address is UnixAddress {
  return 'path' in address
}

/**
 * Parses a host and port such as `127.0.0.1:8080`, `[::1]:8080` or `localhost:0`. If the text is invalid, returns a sentence that
 * tells why.
 */
export function parseAddress(text: string): Address | string {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]+)):(\d+)$/.exec(text)
  if (match === null) return 'expected a host and a port, with IPv6 addresses in brackets'
  const [, v6, name, digits] = match
  const port = Number(digits)
  if (port > 65_535) return `the port ${digits} is greater than 65535`
  if (v6 !== undefined)
    return v6.includes(':') && canonicalAddress(v6) !== null ? { host: v6, port } : 'the text in brackets is not an IPv6 address'
  const host = (name as string).toLowerCase()
  if (/^[\d.]+$/.test(host) && canonicalAddress(host) === null) return `\`${host}\` is not an IPv4 address`
  return { host, port }
}

/** Returns an address as in the configuration, such as `[::1]:8080` or `unix:/run/iap/check.sock`. */
export function renderAddress(address: Address | UnixAddress): string {
  if (isUnix(address)) return `unix:${address.path}`
  const { host, port } = address
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * Returns whether two listening addresses conflict: the paths are equal, or the ports are equal, and the hosts are equal or one
 * covers the other.
 */
export function collide(a: Address | UnixAddress, b: Address | UnixAddress): boolean {
  if (isUnix(a) || isUnix(b)) return isUnix(a) && isUnix(b) && a.path === b.path
  if (a.port !== b.port || a.port === 0) return false
  return a.host === b.host || covers(a.host, b.host) || covers(b.host, a.host)
}

/** Returns whether a wildcard address covers a host. `::` also covers IPv4. */
function covers(any: string, host: string): boolean {
  return any === '::' || (any === '0.0.0.0' && !host.includes(':'))
}

/** Returns whether a host name or IP address is a loopback address, which only processes on this machine can reach. */
export function isLoopback(host: string): boolean {
  return (
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '::1' ||
    host === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  )
}

/**
 * Returns the range of addresses that a single client can use: an IPv4 address itself, or the /64 prefix of an IPv6 address (RFC
 * 6177). Limits per client count by this range. `address` must be canonical.
 */
export function addressBlock(address: string): string {
  if (!address.includes(':')) return address
  const [left = '', right] = address.split('::')
  const first = left === '' ? [] : left.split(':')
  const last = right === undefined || right === '' ? [] : right.split(':')
  const zeros = right === undefined ? [] : Array.from({ length: 8 - first.length - last.length }, () => '0')
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/64`
}
