import { parseAddress } from '../../../request/index.ts'

export type ProxyHeader =
  /** There may be one, and not all of it is there. */
  | { readonly kind: 'partial' }
  /** What is there is no header, and will be none. */
  | { readonly kind: 'broken' }
  /** `client`: its address in canonical text; null: the peer speaks for itself. `length`: bytes of the header. */
  | { readonly kind: 'whole'; readonly client: string | null; readonly length: number }

/**
 * What a connection begins with, as a header of the PROXY protocol in its version 2 (haproxy's `proxy-protocol.txt`, §2.2).
 * Strict: no version 1, no other family than IPv4 and IPv6, no other transport than a stream, nothing in it that is longer than
 * it says or shorter, and no checksum that does not hold. Of what may follow the addresses nothing is read but that.
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  const seen = Math.min(bytes.length, SIGNATURE.length)
  if (!bytes.subarray(0, seen).equals(SIGNATURE.subarray(0, seen))) return BROKEN
  if (bytes.length > AT.command && !COMMANDS.has(bytes[AT.command] as number)) return BROKEN
  if (bytes.length < HEAD) return PARTIAL
  const length = HEAD + bytes.readUInt16BE(AT.length)
  if (length > MAX_LENGTH) return BROKEN
  if (bytes.length < length) return PARTIAL
  // What it says beyond that is to be ignored (§2.2): such a proxy asks whether the listener is well.
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

/** No request of HTTP and no handshake of TLS begins like it. */
const SIGNATURE = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1')
const AT = { command: 12, family: 13, length: 14 } as const
/** Up to the addresses. */
const HEAD = 16
/** Version and command in one byte. */
const LOCAL = 0x20
const PROXY = 0x21
const COMMANDS: ReadonlySet<number> = new Set([LOCAL, PROXY])
/** Family and transport in one byte; of those that are known the bytes of one address. */
const UNSPECIFIED = 0x00
const ADDRESS: Readonly<Record<number, number>> = { 17: 4, 33: 16 }
/** Two of them. */
const PORTS = 4
/** Of all of it: proxies add names of hosts and certificates, and nothing that is longer. */
const MAX_LENGTH = 4096

/** Type, length in two bytes, value: whatever follows the addresses. */
const TLV_HEAD = 3
const CHECKSUM = 0x03

/** Whether the TLVs of a header fill it, from `start` on, and none of them is a checksum that does not hold, or a second one. */
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

/** It is that of the header with zeros in its place (§2.2.2). */
function holds(header: Buffer, at: number): boolean {
  const blank = Buffer.from(header)
  blank.fill(0, at, at + 4)
  return crc32c(blank) === header.readUInt32BE(at)
}

function textOf(address: Buffer): string {
  if (address.length === 4) return address.join('.')
  return Array.from({ length: 8 }, (_, group) => address.readUInt16BE(2 * group).toString(16)).join(':')
}

/** The checksum of RFC 3720, appendix B.4 (Castagnoli), as a number without a sign. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) crc = (TABLE[(crc ^ byte) & 0xff] as number) ^ (crc >>> 8)
  return (crc ^ 0xffff_ffff) >>> 0
}

/** The polynomial, its bits turned round. */
const POLYNOMIAL = 0x82f6_3b78

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1
  return value
})
