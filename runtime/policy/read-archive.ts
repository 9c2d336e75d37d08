import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { type TarHeader, unpackTar } from 'modern-tar'
import { isEntryName } from '../abi/index.ts'
import { quoted, Refused } from './refusal.ts'

export interface ArchiveLimits {
  /** Bytes of the file. */
  readonly maxCompressed: number
  /** Bytes of the tar in it; inflation stops there. */
  readonly maxInflated: number
  readonly maxEntries: number
}

export const ARCHIVE_LIMITS: ArchiveLimits = { maxCompressed: 16 << 20, maxInflated: 64 << 20, maxEntries: 10_000 }

const inflate = promisify(gunzip)

/**
 * Name → content of a gzipped tar of plain files. Strict: whatever could be read in two ways is refused.
 * Throws `Refused`.
 */
export async function readArchive(bytes: Uint8Array, limits: ArchiveLimits): Promise<ReadonlyMap<string, Uint8Array>> {
  if (bytes.length > limits.maxCompressed) {
    throw new Refused('too-large', `the bundle has ${bytes.length} bytes, more than the limit of ${limits.maxCompressed}`)
  }
  return readTar(await inflated(bytes, limits.maxInflated), limits.maxEntries)
}

async function inflated(bytes: Uint8Array, limit: number): Promise<Uint8Array> {
  if (bytes.length < 2 || bytes[0] !== 0x1f || bytes[1] !== 0x8b) {
    throw new Refused('not-gzip', 'the bundle does not begin like a gzip file')
  }
  try {
    return await inflate(bytes, { maxOutputLength: limit })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new Refused('too-large', `the bundle inflates beyond the limit of ${limit} bytes`)
    if (code === 'Z_BUF_ERROR') throw new Refused('truncated', 'the bundle ends in the middle of its compressed data')
    throw new Refused('corrupt', `the bundle's compressed data is damaged: ${(error as Error).message}`)
  }
}

async function readTar(tar: Uint8Array, maxEntries: number): Promise<ReadonlyMap<string, Uint8Array>> {
  const names = new Set<string>()
  // The filter sees every header before its content is kept, and stops the reading by throwing.
  const filter = (header: TarHeader): boolean => {
    const name = header.name
    if (names.size === maxEntries) throw new Refused('too-many-entries', `the bundle has more than ${maxEntries} entries`)
    if (header.type !== 'file' || header.pax !== undefined || header.linkname) {
      throw new Refused('entry-type', `the entry ${quoted(name)} is not a plain file`)
    }
    if (!isEntryName(name))
      throw new Refused('entry-name', `the bundle has an entry with a name it must not have: ${quoted(name)}`)
    if (names.has(name)) throw new Refused('entry-twice', `the bundle has the entry ${quoted(name)} twice`)
    names.add(name)
    return true
  }
  try {
    const entries = await unpackTar(tar, { strict: true, filter })
    return new Map(entries.map((entry) => [entry.header.name, entry.data ?? new Uint8Array(0)]))
  } catch (error) {
    if (error instanceof Refused) throw error
    const message = (error as Error).message
    if (message.includes('truncated')) throw new Refused('truncated', 'the bundle ends in the middle of an entry')
    throw new Refused('corrupt', `the bundle's tar is damaged: ${message}`)
  }
}
