import { crc32, gzipSync as gzipByZlib } from 'node:zlib'
import { deflateSync } from 'fflate'

/** RFC 1952 §2.3: magic number, deflate, no flags, no time, nothing of the compressor, of an unknown system. */
const HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255)

/**
 * The same bytes for the same input, on any machine. Node's zlib does not deflate: what it emits differs between its versions and processors. Its
 * checksum cannot, and takes a tenth of the time that one by hand does. The highest level would make a hundredth less of it, in a quarter more time.
 */
export function gzip(bytes: Uint8Array): Uint8Array {
  const deflated = deflateSync(bytes, { level: 6 })
  const packed = new Uint8Array(HEADER.length + deflated.length + 8)
  packed.set(HEADER)
  packed.set(deflated, HEADER.length)
  const trailer = new DataView(packed.buffer, HEADER.length + deflated.length)
  trailer.setUint32(0, crc32(bytes), true)
  trailer.setUint32(4, bytes.length, true)
  return packed
}

/** In a fifth of the time, for whoever reads it in this process: other machines may make other bytes of it. */
export function gzipQuickly(bytes: Uint8Array): Uint8Array {
  return gzipByZlib(bytes, { level: 1 })
}
