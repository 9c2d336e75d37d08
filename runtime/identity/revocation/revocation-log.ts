import { randomBytes } from 'node:crypto'
import { constants, type FileHandle, link, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { inSlices } from '../../base/waiting.ts'
import { FileLock } from './file-lock.ts'
import { isRevocation } from './is-revocation.ts'
import { HEADER_LINE, LogReader, lineOf, lineWith, RevocationStateError, TORN } from './log-lines.ts'
import type { Change, Revocation } from './revocation.ts'

/** Bytes that are read and parsed at a time: one or two milliseconds. */
const CHUNK = 262_144
/** Revocations in a line of a file that is written anew. */
const IN_LINE = 100

/**
 * `revocations.jsonl` in the state folder: a line for each change, appended and flushed before it counts. Where a new version is
 * started beside an old one, both append, and each reads what the other has appended. All waits are for the file system, in
 * Node's threads: nothing keeps the event loop.
 */
export class RevocationLog {
  readonly #folder: string
  readonly #file: string
  #handle: FileHandle | null = null
  #ino = 0
  #reader: LogReader
  /** Bytes that were read, up to the end of a line. */
  #offset = 0
  #isTorn = false
  /** Added and removed in the file. */
  #entries = 0

  private constructor(folder: string) {
    this.#folder = folder
    this.#file = join(folder, 'revocations.jsonl')
    this.#reader = new LogReader(this.#file)
  }

  /** Makes the folder if there is none. Rejects with `RevocationStateError`. */
  static async open(folder: string): Promise<{ readonly log: RevocationLog; readonly changes: readonly Change[] }> {
    const log = new RevocationLog(folder)
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const changes = await log.reload()
      const earlier = join(folder, 'revocations.json')
      const list = await readVersion1(earlier)
      if (list === null) return { log, changes }
      const all = [...changes, { added: list, removed: [] }]
      const map = new Map<string, Revocation>()
      for (const { added, removed } of all) {
        for (const id of removed) map.delete(id)
        for (const one of added) map.set(one.id, one)
      }
      await log.rewrite(map.values())
      await rm(earlier)
      return { log, changes: all }
    } catch (error) {
      await log.close()
      if (error instanceof RevocationStateError) throw error
      throw new RevocationStateError(`the revocations in \`${folder}\` cannot be read: ${(error as Error).message}`)
    }
  }

  /** How many entries the file has: those that count, and those that no longer do. */
  get entries(): number {
    return this.#entries
  }

  /** Null: there is no file. */
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
   * What was appended since the last time, by whomever. `replaced`: it is another file by now. `gone`: there is none, which takes
   * nothing back.
   */
  async read(): Promise<readonly Change[] | 'replaced' | 'gone'> {
    const ino = await this.#inoNow()
    if (ino === null) return 'gone'
    if (this.#handle === null || ino !== this.#ino) return 'replaced'
    const { size } = await this.#handle.stat()
    // Most looks find nothing new.
    return size < this.#offset ? 'replaced' : size === this.#offset ? [] : await this.#readOn()
  }

  /** All that the file says now; nothing if there is none. Rejects with `RevocationStateError`. */
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
   * Appends a change and flushes it. False: the file was replaced, and nobody may have seen the change. Rejects if it could not
   * be written, and then it does not count.
   */
  async append(change: Change): Promise<boolean> {
    if (this.#handle === null) return false
    const before = this.#isTorn ? TORN : ''
    this.#isTorn = true
    await this.#handle.appendFile(before + lineOf(change))
    await this.#handle.datasync()
    this.#isTorn = false
    return (await this.#inoNow()) === this.#ino
  }

  /**
   * Puts a new file in the place of this one, with these revocations alone: written beside, flushed, renamed. What another
   * process appends meanwhile is kept, and returned. Null: another process is at it.
   */
  async rewrite(list: Iterable<Revocation>): Promise<readonly Change[] | null> {
    if (this.#handle === null) return await this.#replaceBy(list)
    const lock = await FileLock.take(`${this.#file}.lock`)
    if (lock === null) return null
    try {
      return await this.#replaceBy(list)
    } finally {
      await lock.release()
    }
  }

  async #replaceBy(list: Iterable<Revocation>): Promise<readonly Change[] | null> {
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
      const others = [...(await this.#copyRest(handle))]
      await handle.sync()
      if (old === null ? !(await isFirst(beside, this.#file)) : (await this.#inoNow()) !== this.#ino) return null
      if (old !== null) {
        await rename(beside, this.#file)
        others.push(...(await this.#copyRest(handle)))
        await handle.sync()
      }
      await flushFolder(this.#folder)
      const reader = new LogReader(this.#file)
      reader.read([HEADER_LINE.trimEnd()])
      await this.#use(handle, reader, (await handle.stat()).size)
      this.#entries = entries
      await old?.close()
      return others
    } finally {
      if (this.#handle !== handle) await handle.close()
      await rm(beside, { force: true })
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    await handle?.close()
  }

  /** What was appended to the old file since it was read, for the new one. */
  async #copyRest(to: FileHandle): Promise<readonly Change[]> {
    if (this.#handle === null) return []
    const changes = await this.#readOn()
    for (const change of changes) await to.appendFile(lineOf(change))
    return changes
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

/** Puts a file where none is. Unlike renaming, this fails if another process was quicker: false. */
async function isFirst(beside: string, file: string): Promise<boolean> {
  try {
    await link(beside, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** The renaming itself is only on disk when the folder is. Not every platform can. */
async function flushFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // The content is whole either way.
  }
}

/** The file of versions before, which held all revocations as one JSON document. Null: there is none. */
async function readVersion1(file: string): Promise<readonly Revocation[] | null> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return null
  try {
    const { version, revocations } = JSON.parse(text) as { version?: unknown; revocations?: unknown }
    if (version === 1 && Array.isArray(revocations) && revocations.every(isRevocation)) return revocations
  } catch {
    // Said below.
  }
  throw new RevocationStateError(
    `\`${file}\` does not hold revocations: restore it, or remove it to let all credentials count again that it revokes`,
  )
}
