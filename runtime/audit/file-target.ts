import { type FileHandle, mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type LineTarget, WriteError } from './line-target.ts'

/** Milliseconds between two looks at whether the file was renamed or removed, as log rotation does. */
const LOOK = 1000

const END = 0x0a

/**
 * Appends to a file, other processes besides, made where it is not there (0600: records name people). A file that was rotated away is left, and a new
 * one begun. Throws what the file system throws.
 */
export async function openFileTarget(path: string): Promise<LineTarget> {
  await mkdir(dirname(path), { recursive: true })
  let handle = await openFile()
  let lookedAt = 0
  let failed = false

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
      } catch (error) {
        failed = true
        // A line is written again from its beginning: the rest of it could come behind what another process writes meanwhile.
        throw new WriteError((error as Error).message, bytes.subarray(0, written).lastIndexOf(END) + 1)
      }
    },
    reopen,
    close: () => handle.close(),
  }
}
