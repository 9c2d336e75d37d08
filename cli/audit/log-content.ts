import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/**
 * Yields the content of a log file in pieces, each valid only until the next one. Decompresses a gzip file, which is recognized
 * by its first bytes and not by its name.
 *
 * @throws Error with a code that begins with `Z_` if the file is not valid gzip, or has other bytes behind its compressed data
 */
export async function* logContent(pieces: Iterable<Uint8Array>): AsyncGenerator<Buffer> {
  const iterator = pieces[Symbol.iterator]()
  const first = iterator.next()
  if (first.done) return
  const rest = chain(first.value, iterator)
  if (first.value[0] !== 0x1f || first.value[1] !== 0x8b) {
    for (const piece of rest) yield piece as Buffer
    return
  }
  const gunzip = createGunzip()
  // Errors of the file and of the format reach the loop below, as they destroy the last stream.
  let given = 0
  pipeline(Readable.from(copies(rest, (length) => (given += length))), gunzip, () => {})
  for await (const piece of gunzip) yield piece as Buffer
  // Node.js takes a zero behind a member for padding, and ignores all that follows it, which could be records.
  if (gunzip.bytesWritten < given) throw trailingBytes(gunzip.bytesWritten)
}

function* chain(first: Uint8Array, others: Iterator<Uint8Array>): Generator<Uint8Array> {
  try {
    yield first
    for (let next = others.next(); !next.done; next = others.next()) yield next.value
  } finally {
    others.return?.()
  }
}

/** A stream reads ahead, but a piece is valid only until the next one. */
function* copies(pieces: Iterable<Uint8Array>, onCopy: (length: number) => void): Generator<Buffer> {
  for (const piece of pieces) {
    onCopy(piece.length)
    yield Buffer.from(piece)
  }
}

function trailingBytes(at: number): Error {
  const message = `expected the end of the file or more gzip data at byte ${at}, got a zero`
  return Object.assign(new Error(message), { code: 'Z_TRAILING_BYTES' })
}
