import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type LineTarget, WriteError } from './line-target.ts'

/** Milliseconds between two looks at whether the file was renamed or removed, as log rotation does. */
const LOOK = 1000

/**
 * Appends to a file, made where it is not there (0600: records name people). A file that was rotated away is left, and a new
 * one begun. Throws what the file system throws.
 */
export async function openFileTarget(path: string): Promise<LineTarget> {
  await mkdir(dirname(path), { recursive: true })
  let handle = await openFile()
  let lookedAt = 0

  function openFile(): Promise<FileHandle> {
    return open(path, 'a', 0o600)
  }

  async function reopen(): Promise<void> {
    const old = handle
    handle = await openFile()
    await old.close()
  }

  async function wasRotated(): Promise<boolean> {
    const now = Date.now()
    if (now - lookedAt < LOOK) return false
    lookedAt = now
    try {
      const [there, ours] = await Promise.all([stat(path), handle.stat()])
      return there.ino !== ours.ino || there.dev !== ours.dev
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT'
    }
  }

  return {
    name: path,
    async write(bytes) {
      let written = 0
      try {
        if (await wasRotated()) await reopen()
        while (written < bytes.length) written += (await handle.write(bytes, written)).bytesWritten
      } catch (error) {
        throw new WriteError((error as Error).message, written)
      }
    },
    reopen,
    close: () => handle.close(),
  }
}
