import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** A file of another project, which is used only if it has this digest. */
export interface PinnedFile {
  /** Its name in the cache, and in errors. */
  readonly name: string
  /** `sha256-` or `sha512-`, and the digest in base64. */
  readonly integrity: string
  /** Puts the file, and no other, into an empty folder. @throws `Error` if the file cannot be downloaded */
  readonly download: (folder: string) => void
}

/** Thrown if a pinned file cannot be downloaded: there is no network, or the mirror has another version. */
export class DownloadError extends Error {}

/**
 * Returns the path of a pinned file in the cache, downloaded if it is not there. Its digest is checked each time.
 *
 * @throws `DownloadError` if the file cannot be downloaded
 * @throws `Error` if it is another one than the pin says
 */
export function pinnedFile(cache: string, { name, integrity, download }: PinnedFile): string {
  const file = join(cache, name)
  if (existsSync(file) && integrityOf(file, integrity) === integrity) return file
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'download-'))
  try {
    orDownloadError(() => download(folder))
    const [found, ...more] = readdirSync(folder)
    if (found === undefined || more.length > 0) throw new Error(`${name}: expected one downloaded file, got ${more.length + 1}`)
    const seen = integrityOf(join(folder, found), integrity)
    if (seen !== integrity) throw new Error(`${name}: the pin says ${integrity}, and the downloaded file has ${seen}`)
    renameSync(join(folder, found), file)
    return file
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function orDownloadError(download: () => void): void {
  try {
    download()
  } catch (error) {
    throw new DownloadError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** Returns the digest of a file, by the algorithm and in the form of another integrity. */
function integrityOf(file: string, like: string): string {
  const [algorithm = ''] = like.split('-')
  return `${algorithm}-${createHash(algorithm).update(readFileSync(file)).digest('base64')}`
}
