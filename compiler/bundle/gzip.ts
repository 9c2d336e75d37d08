import { gzipSync as gzipByZlib } from 'node:zlib'
import { gzipSync } from 'fflate'

/**
 * The same bytes for the same input, on any machine. Node's zlib is not used: what it emits differs between its
 * versions and processors. The highest level would make a hundredth less of it, in a quarter more time. Modification
 * time and operating system in the header (RFC 1952 §2.3.1) are fixed: none, unknown.
 */
export function gzip(bytes: Uint8Array): Uint8Array {
  const packed = gzipSync(bytes, { level: 6, mtime: 0 })
  packed[9] = 255
  return packed
}

/** In a fifth of the time, for whoever reads it in this process: other machines may make other bytes of it. */
export function gzipQuickly(bytes: Uint8Array): Uint8Array {
  return gzipByZlib(bytes, { level: 1 })
}
