import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../../base/log.ts'
import type { FileAuditConfig, RotateConfig } from '../audit-config.ts'
import { type LineTarget, WriteError } from './line-target.ts'
import { rotateFile } from './rotate-file.ts'

/** Milliseconds between two checks whether another program has renamed or removed the file. */
const LOOK = 1000

const END = 0x0a

/** Milliseconds until the end of the file is looked at again, and how often it is. */
const TAIL_PAUSE = 10
const TAIL_LOOKS = 5

/** Milliseconds until a write is flushed with `fsync: interval`. */
const SYNC = 1000

/**
 * Opens a file for appending, which several processes may share. The file is created with mode 0600, as records name people. It
 * is reopened after rotation.
 *
 * @throws errors of the file system
 */
export async function openFileTarget(config: Pick<FileAuditConfig, 'file' | 'rotate' | 'fsync'>, log: Log): Promise<LineTarget> {
  const { file: path, rotate, fsync } = config
  await mkdir(dirname(path), { recursive: true })
  const last = Buffer.alloc(1)
  let handle = await openFile()
  let lookedAt = 0
  let failed = false
  /** Size of the file before the last write, and after it if nobody else wrote: then its end needs no look. */
  let size = 0
  let knownEnd = 0
  let isStuck = false
  let syncing: NodeJS.Timeout | null = null

  /** Opens the file for reading too, if that is permitted. A named pipe has another reader. */
  async function openFile(): Promise<FileHandle> {
    const isFile = await stat(path).then(
      (found) => found.isFile(),
      () => true,
    )
    if (!isFile) return open(path, 'a', 0o600)
    return open(path, 'a+', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EACCES') throw error
      return open(path, 'a', 0o600)
    })
  }

  async function reopen(): Promise<void> {
    const old = handle
    handle = await openFile()
    knownEnd = 0
    if (fsync !== 'never') await sync(old)
    await old.close()
  }

  async function wasRotated(): Promise<boolean> {
    const now = Date.now()
    if (now - lookedAt < LOOK) return false
    lookedAt = now
    if (rotate !== null) await tryToRotate(rotate, now)
    try {
      const [there, ours] = await Promise.all([stat(path), handle.stat()])
      return there.ino !== ours.ino || there.dev !== ours.dev
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT'
    }
  }

  /** On failure the file keeps growing. */
  async function tryToRotate(how: RotateConfig, now: number): Promise<void> {
    try {
      await rotateFile(path, how, now)
      isStuck = false
    } catch (error) {
      if (!isStuck) log.error(`the audit file \`${path}\` cannot be rotated: ${(error as Error).message}`)
      isStuck = true
    }
  }

  async function sync(of: FileHandle): Promise<void> {
    await of.datasync().catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EINVAL' && error.code !== 'EBADF')
        log.error(`the audit file \`${path}\` may not be on the disk: ${error.message}`)
    })
  }

  function syncSoon(): void {
    syncing ??= setTimeout(() => {
      syncing = null
      void sync(handle)
    }, SYNC).unref()
  }

  /**
   * Whether the file ends within a line. It may be another process's: while the disk was full, only the beginning of its line was
   * written, and it has not yet tried again. A line after it must not become its rest. What grows is still being written, as file
   * systems show writes of several pages in parts.
   */
  async function endsWithinLine(): Promise<boolean> {
    let before = 0
    for (let looks = 1; ; looks++) {
      size = (await handle.stat()).size
      if (size === 0 || size === knownEnd || (await endsLine())) return false
      // At worst the log has an empty line.
      if (size === before || looks === TAIL_LOOKS) return true
      before = size
      await sleep(TAIL_PAUSE)
    }
  }

  async function endsLine(): Promise<boolean> {
    try {
      await handle.read(last, 0, 1, size - 1)
      return last[0] === END
    } catch {
      // Unreadable: only this process's own failures are known.
      return !failed
    }
  }

  return {
    name: path,
    async write(bytes) {
      let written = 0
      try {
        if (await wasRotated()) await reopen()
        if (await endsWithinLine()) size += (await handle.write('\n')).bytesWritten
        failed = false
        while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten
        knownEnd = size + written
        if (fsync === 'always') await sync(handle)
        else if (fsync === 'interval') syncSoon()
      } catch (error) {
        failed = true
        // An incomplete line is repeated: its rest could follow another process's write.
        throw new WriteError((error as Error).message, bytes.subarray(0, written).lastIndexOf(END) + 1)
      }
    },
    reopen,
    async close() {
      if (syncing !== null) clearTimeout(syncing)
      if (fsync !== 'never') await sync(handle)
      await handle.close()
    },
  }
}
