import { crc32, inflateRaw } from 'node:zlib'
import { Refused } from './refusal.ts'

/**
 * First bytes of a gzip member (RFC 1952, section 2.3): the magic number, deflate, no flags. The other fields (time, level,
 * system) are ignored.
 */
const HEADER = [0x1f, 0x8b, 8, 0]
const HEADER_SIZE = 10
/** Size of the trailer in bytes: a CRC-32 and the length modulo 2³², each little-endian. */
const TRAILER_SIZE = 8

/**
 * Inflates a single gzip member. Unlike Node's `gunzip`, it refuses trailing bytes and further members.
 *
 * @param limit maximum size of the result in bytes
 * @throws Refused if the bytes are not one gzip member, or inflate to more than `limit`
 */
export async function gunzip(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  if (bytes.length < 2 || bytes[0] !== HEADER[0] || bytes[1] !== HEADER[1]) {
    throw new Refused('not-gzip', 'the bundle is not a gzip file: expected one that `iap build` wrote')
  }
  if (HEADER.some((byte, at) => at < bytes.length && bytes[at] !== byte)) throw damaged('it has a header with optional fields')
  if (bytes.length < HEADER_SIZE) throw truncated()
  const { content, consumed } = await inflate(bytes.subarray(HEADER_SIZE), limit)
  const trailer = bytes.subarray(HEADER_SIZE + consumed)
  if (trailer.length < TRAILER_SIZE) throw truncated()
  if (trailer.length > TRAILER_SIZE) throw damaged('there is data after its end')
  const view = new DataView(trailer.buffer, trailer.byteOffset, TRAILER_SIZE)
  if (view.getUint32(0, true) !== crc32(content)) throw damaged('the checksum is wrong')
  if (view.getUint32(4, true) !== content.length % 2 ** 32) throw damaged('the length is wrong')
  return content
}

function inflate(data: Uint8Array, limit: number): Promise<{ readonly content: Uint8Array; readonly consumed: number }> {
  return new Promise((resolve, reject) => {
    // `info`: also returns the engine, which knows the bytes read; missing in the types.
    const options = { maxOutputLength: limit, info: true }
    inflateRaw(data, options, (error, result) => {
      if (error !== null) return reject(refusalOf(error, limit))
      const { buffer, engine } = result as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
      resolve({ content: buffer, consumed: engine.bytesWritten })
    })
  })
}

function refusalOf(error: Error, limit: number): Refused {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ERR_BUFFER_TOO_LARGE')
    return new Refused(
      'too-large',
      `the bundle inflates beyond the limit of ${limit} bytes: split the policy into several bundles`,
    )
  return code === 'Z_BUF_ERROR' ? truncated() : damaged(error.message)
}

function truncated(): Refused {
  return new Refused('truncated', 'the bundle ends in the middle of its compressed data: copy it again')
}

function damaged(how: string): Refused {
  return new Refused('corrupt', `the bundle's compressed data is damaged: ${how}; copy the bundle again`)
}
