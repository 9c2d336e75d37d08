/** Codes of gRPC: https://github.com/grpc/grpc/blob/master/doc/statuscodes.md. */
export const GRPC = {
  ok: 0,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  /** Also for a call with more messages, or fewer, than its method has, and for a compression that the server cannot read. */
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

/**
 * Encodes text for a gRPC status message (`Percent-Encoded` of gRPC over HTTP/2): escapes `%` and all UTF-8 bytes other than
 * space and visible ASCII.
 */
export function percentEncoded(text: string): string {
  let encoded = ''
  for (const byte of Buffer.from(text)) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25
    encoded += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}
