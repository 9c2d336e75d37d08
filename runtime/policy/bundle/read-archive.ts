import { gunzip } from './gunzip.ts'
import { readTar } from './read-tar.ts'
import { Refused } from './refusal.ts'

export interface ArchiveLimits {
  /** Maximum bytes of the file. */
  readonly maxCompressed: number
  /** Maximum bytes of the tar; inflation stops there. */
  readonly maxInflated: number
  readonly maxEntries: number
}

export const ARCHIVE_LIMITS: ArchiveLimits = { maxCompressed: 16 << 20, maxInflated: 64 << 20, maxEntries: 10_000 }

/** Reads a gzipped tar of plain files into contents by name. Refuses whatever could be read in two ways. @throws Refused */
export async function readArchive(bytes: Uint8Array, limits: ArchiveLimits): Promise<ReadonlyMap<string, Uint8Array>> {
  if (bytes.length > limits.maxCompressed) {
    throw new Refused('too-large', `the bundle has ${bytes.length} bytes, more than the limit of ${limits.maxCompressed}`)
  }
  return readTar(await gunzip(bytes, limits.maxInflated), limits.maxEntries)
}
