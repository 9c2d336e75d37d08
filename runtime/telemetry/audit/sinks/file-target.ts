import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Log } from '../../../base/log.ts'
import type { FileAuditConfig, RotateConfig } from '../audit-config.ts'
import { type LineTarget, WriteError } from './line-target.ts'
import { rotateFile } from './rotate-file.ts'

/** Milliseconds between two looks at whether the file was renamed or removed, as log rotation does. */
const LOOK = 1000

const END = 0x0a

/** Milliseconds from a write until it is on the disk, with `fsync: interval`. */
const SYNC = 1000

/**
 * Appends to a file, other processes besides, made where it is not there (0600: records name people). A file that was rotated
 * away is left, and a new one begun. Throws what the file system throws.
 */
export async function openFileTarget(config: Pick<FileAuditConfig, 'file' | 'rotate' | 'fsync'>, log: Log): Promise<LineTarget> {
  const { file: path, rotate, fsync } = config
  await mkdir(dirname(path), { recursive: true })
  let handle = await openFile()
  let lookedAt = 0
  let failed = false
  let isStuck = false
  let syncing: NodeJS.Timeout | null = null

  function openFile(): Promise<FileHandle> {
    return open(path, 'a', 0o600)
  }

  async function reopen(): Promise<void> {
    const old = handle
    handle = await openFile()
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

  /** A file that grows is better than none. */
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
      // What is no file on a disk: a pipe, a terminal.
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

  /** Whoever it was that could not write all of a line. */
  async function endsWithinLine(): Promise<boolean> {
    const { size } = await handle.stat()
    if (size === 0) return false
    try {
      const reader = await open(path, 'r')
      const { buffer } = await reader.read(Buffer.alloc(1), 0, 1, size - 1).finally(() => reader.close())
      return buffer[0] !== END
    } catch {
      // Where it may not be read, an empty line does no harm.
      return true
    }
  }

  return {
    name: path,
    async write(bytes) {
      let written = 0
      try {
        if (await wasRotated()) await reopen()
        if (failed && (await endsWithinLine())) await handle.write('\n')
        failed = false
        while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten
        if (fsync === 'always') await sync(handle)
        else if (fsync === 'interval') syncSoon()
      } catch (error) {
        failed = true
        // A line is written again from its beginning: the rest of it could come behind what another process writes meanwhile.
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
