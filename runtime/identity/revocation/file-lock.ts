import { randomBytes } from 'node:crypto'
import { link, open, rename, rm, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds after which a lock is stale. Its holder may be dead; one that lives must look whether it still has the lock. */
const LOCKED = 2000

/** Milliseconds between two looks at a lock that another process holds. */
const LOOK = 5

/** A lock that one of several processes holds by creating a file. */
export class FileLock {
  readonly #file: string
  readonly #ino: number

  private constructor(file: string, ino: number) {
    this.#file = file
    this.#ino = ino
  }

  /**
   * Takes the lock by creating the file. Returns `null` if another process holds the lock. If its file is stale, it is removed,
   * so that the next attempt succeeds.
   */
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

  /** Resolves when no process holds the lock, at the latest when it is stale: then its file is removed. */
  static async free(file: string): Promise<void> {
    while (await isThere(file)) {
      if (await isStale(file)) await removeStale(file)
      else await sleep(LOOK)
    }
  }

  /** Returns whether no other process has taken the lock over as stale. */
  async isHeld(): Promise<boolean> {
    return (await stat(this.#file).catch(() => null))?.ino === this.#ino
  }

  /** Releases the lock. Does nothing if another process has taken it over as stale. */
  async release(): Promise<void> {
    if (await this.isHeld()) await rm(this.#file, { force: true })
  }
}

/**
 * Removes a stale lock file. Another process may have replaced the file, so it is renamed first, and renamed back if it is not
 * stale.
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

async function isThere(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
}

async function isStale(file: string): Promise<boolean> {
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }))
  return Date.now() - mtimeMs > LOCKED
}
