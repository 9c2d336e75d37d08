import { randomBytes } from 'node:crypto'
import { link, open, rename, rm, stat } from 'node:fs/promises'

/** Milliseconds after which the holder of a lock is taken for dead. */
const LOCKED = 60_000

/** A lock that is a file: whoever makes it holds it. */
export class FileLock {
  readonly #file: string
  readonly #ino: number

  private constructor(file: string, ino: number) {
    this.#file = file
    this.#ino = ino
  }

  /** Null: another process holds it. One that was held for too long is removed, for the next one to take it. */
  static async take(file: string): Promise<FileLock | null> {
    try {
      const handle = await open(file, 'wx', 0o600)
      const { ino } = await handle.stat()
      await handle.close()
      return new FileLock(file, ino)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (await isStale(file)) await removeStale(file)
      return null
    }
  }

  /** Does nothing if another process has taken it for stale. */
  async release(): Promise<void> {
    const { ino } = await stat(this.#file).catch(() => ({ ino: null }))
    if (ino === this.#ino) await rm(this.#file, { force: true })
  }
}

/**
 * Removes a lock that was found to be stale. Another process may have done so since, and a third one may hold the lock anew: it
 * is moved aside first, and put back if it is not stale.
 */
export async function removeStale(file: string): Promise<void> {
  const aside = `${file}.${randomBytes(8).toString('hex')}`
  try {
    await rename(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  try {
    if (!(await isStale(aside))) await link(aside, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(aside, { force: true })
  }
}

async function isStale(file: string): Promise<boolean> {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }))
  return Date.now() - mtimeMs > LOCKED
}
