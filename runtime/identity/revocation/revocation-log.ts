import { randomBytes } from 'node:crypto'
import { constants, type FileHandle, link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readRegular } from '../../base/files/read-regular.ts'
import { inSlices } from '../../base/waiting.ts'
import { FileLock } from './file-lock.ts'
import { isRevocation } from './is-revocation.ts'
import { HEADER_LINE, LogReader, lineOf, lineWith, RevocationStateError, TORN } from './log-lines.ts'
import type { Change, Revocation } from './revocation.ts'

/** Number of bytes that are read and parsed at once, which takes one or two milliseconds. */
const CHUNK = 262_144
/** Number of revocations in a line of a rewritten file. */
const IN_LINE = 100
/** Attempts to take the lock, or to take over the file of earlier versions, while other processes rewrite the current one. */
const MOST_TRIES = 5

/**
 * The file `revocations.jsonl` in the state folder, with one line for each change. A change is flushed to disk before it
 * applies. While a new version of the proxy starts beside an old one, both append to the file and read each other's lines. All
 * I/O is asynchronous.
 */
export class RevocationLog {
  readonly #folder: string
  readonly #file: string
  #handle: FileHandle | null = null
  #ino = 0
  #reader: LogReader
  /** Bytes read, up to the end of a line. */
  #offset = 0
  #isTorn = false
  #entries = 0

  private constructor(folder: string) {
    this.#folder = folder
    this.#file = join(folder, 'revocations.jsonl')
    this.#reader = new LogReader(this.#file)
  }

  /**
   * Opens the log and creates its folder if needed.
   *
   * @throws RevocationStateError if the log is unusable
   */
  static async open(folder: string): Promise<{ readonly log: RevocationLog; readonly changes: readonly Change[] }> {
    const log = new RevocationLog(folder)
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return { log, changes: await log.#takeOver(join(folder, 'revocations.json')) }
    } catch (error) {
      await log.close()
      if (error instanceof RevocationStateError) throw error
      throw new RevocationStateError(`the revocations in \`${folder}\` cannot be read: ${(error as Error).message}`)
    }
  }

  /** Returns all changes of the file and of the file of earlier versions, which is removed once its revocations are written. */
  async #takeOver(earlier: string): Promise<readonly Change[]> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const changes = await this.reload()
      const list = await readVersion1(earlier)
      if (list === null) return changes
      const all = [...changes, { added: list, removed: [] }]
      const map = new Map<string, Revocation>()
      for (const { added, removed } of all) {
        for (const id of removed) map.delete(id)
        for (const one of added) map.set(one.id, one)
      }
      const before = this.#handle
      const others = await this.rewrite(map.values())
      if (this.#handle !== before) {
        await rm(earlier, { force: true })
        return [...all, ...others]
      }
      await FileLock.free(this.#lockFile)
    }
    throw new Error('another process keeps rewriting them: try again')
  }

  /**
   * Number of revocations that the lines of the file add or remove. If it is much greater than the number of current revocations,
   * the file is worth rewriting.
   */
  get entries(): number {
    return this.#entries
  }

  async #inoNow(): Promise<number | null> {
    return await stat(this.#file).then(
      ({ ino }) => ino,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return null
        throw error
      },
    )
  }

  /**
   * Returns the changes that any process appended since the last read. `replaced`: the file is another one. `gone`: the file is
   * missing; the known revocations remain valid.
   */
  async read(): Promise<readonly Change[] | 'replaced' | 'gone'> {
    const ino = await this.#inoNow()
    if (ino === null) return 'gone'
    if (this.#handle === null || ino !== this.#ino) return 'replaced'
    const { size } = await this.#handle.stat()
    // The common case: nothing is new.
    return size < this.#offset ? 'replaced' : size === this.#offset ? [] : await this.#readOn()
  }

  /**
   * Returns all changes in the file, or none if it is missing.
   *
   * @throws RevocationStateError if the log is unusable
   */
  async reload(): Promise<readonly Change[]> {
    await this.close()
    const handle = await open(this.#file, constants.O_RDWR | constants.O_APPEND).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    if (handle === null) return []
    await this.#use(handle, new LogReader(this.#file), 0)
    const changes = await this.#readOn()
    this.#reader.end()
    return changes
  }

  /**
   * Appends a change and flushes it to disk. Returns false if another process has replaced the file, so that the change may be
   * lost and must be repeated. A process that rewrites the file takes the lock before it reads the last lines of the old one.
   * So a line that was written while nobody held the lock is in the new file, and for any other it is known afterwards whether
   * the file was replaced.
   *
   * @param lock lock of `hold`, under which no process replaces the file
   * @throws errors of the file system
   */
  async append(change: Change, lock: FileLock | null = null): Promise<boolean> {
    if (this.#handle === null) return false
    const before = this.#isTorn ? TORN : ''
    this.#isTorn = true
    await this.#handle.appendFile(before + lineOf(change))
    await this.#handle.datasync()
    this.#isTorn = false
    if (lock === null || !(await lock.isHeld())) await FileLock.free(this.#lockFile)
    return (await this.#inoNow()) === this.#ino
  }

  /** Takes the lock, so that no process replaces the file. Returns `null` if others keep taking it. */
  async hold(): Promise<FileLock | null> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      // Nothing is to be renamed.
      const lock = await FileLock.take(this.#lockFile, `${this.#file}.none.tmp`)
      if (lock !== null) return lock
      await FileLock.free(this.#lockFile)
    }
    return null
  }

  /**
   * Rewrites the file atomically, unless another process does or the disk is too slow. Returns the changes that other processes
   * have appended since the last read, which are kept.
   */
  async rewrite(list: Iterable<Revocation>): Promise<readonly Change[]> {
    const old = this.#handle
    const beside = `${this.#file}.${randomBytes(8).toString('hex')}.tmp`
    const handle = await open(beside, 'ax+', 0o600)
    try {
      let entries = 0
      await handle.appendFile(HEADER_LINE)
      for await (const slice of inSlices(list, IN_LINE)) {
        entries += slice.length
        await handle.appendFile(lineWith(slice))
      }
      await handle.sync()
      const others = await (old === null ? this.#create(handle, beside) : this.#replace(handle, beside))
      if (this.#handle !== handle) return others
      await flushFolder(this.#folder)
      this.#entries = entries
      await old?.close()
      return others
    } finally {
      if (this.#handle !== handle) await handle.close()
      await rm(beside, { force: true })
    }
  }

  /** Gives a file its name if there is none. */
  async #create(handle: FileHandle, beside: string): Promise<readonly Change[]> {
    const { size } = await handle.stat()
    if (await isFirst(beside, this.#file)) await this.#useNew(handle, size)
    return []
  }

  /** Replaces the file by another one, with the lines that were appended meanwhile. */
  async #replace(handle: FileHandle, beside: string): Promise<readonly Change[]> {
    const lock = await FileLock.take(this.#lockFile, beside)
    if (lock === null) return []
    try {
      const others = await this.#readOn()
      for (const change of others) await handle.appendFile(lineOf(change))
      await handle.sync()
      // Other processes append to the new file as soon as it has its name.
      const { size } = await handle.stat()
      if ((await this.#inoNow()) === this.#ino && (await lock.isHeld()) && (await isRenamed(beside, this.#file)))
        await this.#useNew(handle, size)
      return others
    } finally {
      await lock.release()
    }
  }

  get #lockFile(): string {
    return `${this.#file}.lock`
  }

  /** Uses a file that this process has written. */
  async #useNew(handle: FileHandle, size: number): Promise<void> {
    const reader = new LogReader(this.#file)
    reader.read([HEADER_LINE.trimEnd()])
    await this.#use(handle, reader, size)
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    await handle?.close()
  }

  async #use(handle: FileHandle, reader: LogReader, offset: number): Promise<void> {
    this.#handle = handle
    this.#ino = (await handle.stat()).ino
    this.#reader = reader
    this.#offset = offset
    this.#isTorn = false
    this.#entries = 0
  }

  async #readOn(): Promise<readonly Change[]> {
    const changes: Change[] = []
    const buffer = Buffer.allocUnsafe(CHUNK)
    let rest = Buffer.alloc(0)
    for (;;) {
      const { bytesRead } = (await this.#handle?.read(buffer, 0, CHUNK, this.#offset + rest.length)) ?? { bytesRead: 0 }
      if (bytesRead === 0) break
      const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
      const end = bytes.lastIndexOf(10)
      rest = bytes.subarray(end + 1)
      if (end < 0) continue
      for (const change of this.#reader.read(bytes.toString('utf8', 0, end).split('\n'))) {
        changes.push(change)
        this.#entries += change.added.length + change.removed.length
      }
      this.#offset += end + 1
    }
    this.#isTorn = rest.length > 0
    return changes
  }
}

/**
 * Creates the file. Returns false if another process has created it: unlike a rename, the operation fails if the file exists.
 */
async function isFirst(beside: string, file: string): Promise<boolean> {
  try {
    await link(beside, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Renames a file. Returns false if another process has removed it, with the lock under which it was to be renamed. */
async function isRenamed(beside: string, file: string): Promise<boolean> {
  try {
    await rename(beside, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}

/** Makes a rename durable. Not every platform supports it. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // The content is complete either way.
  }
}

/** Reads the file of earlier versions, a JSON document of all revocations. Returns `null` without one. */
async function readVersion1(file: string): Promise<readonly Revocation[] | null> {
  const bytes = await readRegular(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (bytes === null) return null
  try {
    const { version, revocations } = JSON.parse(bytes.toString()) as { version?: unknown; revocations?: unknown }
    if (version === 1 && Array.isArray(revocations) && revocations.every(isRevocation)) return revocations
  } catch {
    // Reported below.
  }
  throw new RevocationStateError(
    `\`${file}\` does not contain revocations: restore it, or delete it to make all credentials that it revokes valid again`,
  )
}
