import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

/**
 * Yields the content of a log file in pieces, each valid only until the next one. Decompresses a gzip file, which is recognized
 * by its first bytes and not by its name.
 *
 * @throws Error with a code that begins with `Z_` if the file is not valid gzip
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
  pipeline(Readable.from(copies(rest)), gunzip, () => {})
  for await (const piece of gunzip) yield piece as Buffer
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
function* copies(pieces: Iterable<Uint8Array>): Generator<Buffer> {
  for (const piece of pieces) yield Buffer.from(piece)
}
