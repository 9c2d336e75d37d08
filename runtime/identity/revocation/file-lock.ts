import { randomBytes } from 'node:crypto'
import { type FileHandle, lstat, open, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds after which a lock is stale: its holder may be dead. */
const LOCKED = 2000

/** Milliseconds for which a process waits for a lock, at most. */
const PATIENCE = 3 * LOCKED

/** Milliseconds between two looks at a lock that another process holds. */
const LOOK = 5

/** End of the names of files that a lock may protect, as a stale lock's file is removed. */
const TEMPORARY = '.tmp'

/**
 * A lock that one of several processes holds by creating a file. The holder prepares a temporary file, and renames it under the
 * lock. A process that takes a stale lock away first removes the temporary file, whose name is in the lock. So a holder that was
 * stopped meanwhile, even just before it renames, fails when it goes on.
 */
export class FileLock {
  readonly #file: string
  /** Open as long as the lock is held: no other file gets the number of an open one. */
  readonly #handle: FileHandle

  private constructor(file: string, handle: FileHandle) {
    this.#file = file
    this.#handle = handle
  }

  /**
   * Takes the lock by creating the file. Returns `null` if another process holds the lock. If its file is stale, it is removed,
   * so that the next attempt succeeds.
   *
   * @param temporary file in the same folder that the holder will rename, ending with `.tmp`
   */
  static async take(file: string, temporary: string): Promise<FileLock | null> {
    let handle: FileHandle
    try {
      handle = await open(file, 'wx', 0o600)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const found = await lookAt(file)
      if (found?.isStale) await removeStale(file)
      return null
    }
    const lock = new FileLock(file, handle)
    try {
      await handle.writeFile(basename(temporary))
      return lock
    } catch (error) {
      await lock.release()
      throw error
    }
  }

  /**
   * Resolves when the process that holds the lock now has released it. A stale lock is removed.
   *
   * @throws an error if the lock is held for too long
   */
  static async free(file: string): Promise<void> {
    const first = await lookAt(file)
    const end = performance.now() + PATIENCE
    for (let now = first; now !== null && now.ino === first?.ino; now = await lookAt(file)) {
      if (now.isStale) await removeStale(file)
      else if (performance.now() < end) await sleep(LOOK)
      else throw new Error(`another process has held the lock \`${file}\` for ${PATIENCE / 1000} s: end it`)
    }
  }

  /** Returns whether no other process has taken the lock away as stale. */
  async isHeld(): Promise<boolean> {
    return (await lookAt(this.#file))?.ino === (await this.#handle.stat()).ino
  }

  /** Releases the lock. Does nothing if another process has taken it away as stale. */
  async release(): Promise<void> {
    try {
      if (await this.isHeld()) await rm(this.#file, { force: true })
    } finally {
      await this.#handle.close()
    }
  }
}

/**
 * Removes a stale lock and the temporary file of its holder. Another process may have replaced the lock, so it is renamed first:
 * the holder of the new one fails, too.
 */
async function removeStale(file: string): Promise<void> {
  // While the lock is seen: then an appended line is either in the file that stays, or not yet acknowledged.
  await removeTemporary(file)
  const aside = `${file}.${randomBytes(8).toString('hex')}`
  try {
    await rename(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  await removeTemporary(aside)
  await rm(aside, { force: true, recursive: true })
}

async function removeTemporary(lock: string): Promise<void> {
  // Anything else than a file is no lock of this program.
  if ((await lookAt(lock))?.isFile !== true) return
  const name = basename(await readFile(lock, 'utf8').catch(() => ''))
  if (name.endsWith(TEMPORARY)) await rm(join(dirname(lock), name), { force: true })
}

interface Look {
  readonly ino: number
  readonly isFile: boolean
  readonly isStale: boolean
}

/** Returns the state of a lock's file, or `null` if there is none. */
async function lookAt(file: string): Promise<Look | null> {
  try {
    const found = await lstat(file)
    // A time far ahead is that of a clock that was set back.
    return { ino: found.ino, isFile: found.isFile(), isStale: Math.abs(Date.now() - found.mtimeMs) > LOCKED }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
