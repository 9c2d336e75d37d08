import { parseAddress } from '../../../request/index.ts'

export type ProxyHeader =
  /** A possible header that is incomplete. */
  | { readonly kind: 'partial' }
  /** Not a header. */
  | { readonly kind: 'broken' }
  /** `client`: its canonical address; `null`: the peer itself. `length`: bytes of the header. */
  | { readonly kind: 'whole'; readonly client: string | null; readonly length: number }

/**
 * Parses a PROXY protocol header of version 2 (`proxy-protocol.txt` of HAProxy, §2.2). Accepts only TCP over IP, exact lengths
 * and a valid checksum.
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const seen = Math.min(bytes.length, SIGNATURE.length)
  if (!bytes.subarray(0, seen).equals(SIGNATURE.subarray(0, seen))) return BROKEN
  if (bytes.length > AT.command && !COMMANDS.has(bytes[AT.command] as number)) return BROKEN
  if (bytes.length < HEAD) return PARTIAL
  const length = HEAD + bytes.readUInt16BE(AT.length)
  if (length > MAX_LENGTH) return BROKEN
  if (bytes.length < length) return PARTIAL
  // Further content is ignored (§2.2): health checks of such proxies.
  if (bytes[AT.command] === LOCAL) return { kind: 'whole', client: null, length }
  const family = bytes[AT.family] as number
  if (family === UNSPECIFIED) return { kind: 'whole', client: null, length }
  const size = ADDRESS[family]
  if (size === undefined || HEAD + 2 * size + PORTS > length) return BROKEN
  if (!areWhole(bytes.subarray(0, length), HEAD + 2 * size + PORTS)) return BROKEN
  const client = parseAddress(textOf(bytes.subarray(HEAD, HEAD + size)))
  return client === null ? BROKEN : { kind: 'whole', client, length }
}

const PARTIAL: ProxyHeader = { kind: 'partial' }
const BROKEN: ProxyHeader = { kind: 'broken' }

/** Distinct from any HTTP request and TLS handshake. */
const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const AT = { command: 12, family: 13, length: 14 } as const
/** Bytes before the addresses. */
const HEAD = 16
/** Version and command in one byte. */
const LOCAL = 0x20
const PROXY = 0x21
const COMMANDS: ReadonlySet<number> = new Set([LOCAL, PROXY])
/** Family and transport in one byte, with the bytes of an address. */
const UNSPECIFIED = 0x00
const ADDRESS: Readonly<Record<number, number>> = { 17: 4, 33: 16 }
const PORTS = 4
/** Of the whole header: proxies add host names and certificates, nothing longer. */
const MAX_LENGTH = 4096

/** A TLV: type, two-byte length, value. */
const TLV_HEAD = 3
const CHECKSUM = 0x03

/** Whether the TLVs from `start` on fill the header, with at most one checksum, which is valid. */
function areWhole(header: Buffer, start: number): boolean {
  let checksum: number | null = null
  let at = start
  while (at < header.length) {
    if (at + TLV_HEAD > header.length) return false
    const value = at + TLV_HEAD
    const end = value + header.readUInt16BE(at + 1)
    if (end > header.length) return false
    if (header[at] === CHECKSUM) {
      if (checksum !== null || end - value !== 4) return false
      checksum = value
    }
    at = end
  }
  return checksum === null || holds(header, checksum)
}

/** Computed with zeros in its place (§2.2.2). */
function holds(header: Buffer, at: number): boolean {
  const blank = Buffer.from(header)
  blank.fill(0, at, at + 4)
  return crc32c(blank) === header.readUInt32BE(at)
}

function textOf(address: Buffer): string {
  if (address.length === 4) return address.join('.')
  return Array.from({ length: 8 }, (_, group) => address.readUInt16BE(2 * group).toString(16)).join(':')
}

/** Returns the CRC-32C checksum of bytes as an unsigned integer (RFC 3720, appendix B.4). */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8)
  return (crc ^ 0xffff_ffff) >>> 0
}

const POLYNOMIAL = 0x82f6_3b78

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
  return value
})
