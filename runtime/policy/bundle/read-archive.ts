import { gunzip } from './gunzip.ts'
import { readTar } from './read-tar.ts'
import { Refused } from './refusal.ts'

export interface ArchiveLimits {
  /** Maximum size of the compressed file in bytes. */
  readonly maxCompressed: number
  /** Maximum size of the inflated tar in bytes, at which inflation stops. */
  readonly maxInflated: number
  readonly maxEntries: number
}

export const ARCHIVE_LIMITS: ArchiveLimits = { maxCompressed: 16 << 20, maxInflated: 64 << 20, maxEntries: 10_000 }

/**
 * Reads a gzipped tar of regular files. Returns contents by name.
 *
 * @throws Refused if it is too large, or two readers could interpret it differently
 */
export async function readArchive(bytes: Uint8Array, limits: ArchiveLimits): Promise<ReadonlyMap<string, Uint8Array>> {
  if (bytes.length > limits.maxCompressed) {
    throw new Refused(
      'too-large',
      `the bundle has ${bytes.length} bytes, more than the limit of ${limits.maxCompressed}: ` +
        'split the policy into several bundles',
    )
  }
  return readTar(await gunzip(bytes, limits.maxInflated), limits.maxEntries)
}
