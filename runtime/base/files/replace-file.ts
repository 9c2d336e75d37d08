import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Replaces a file atomically: writes a temporary file beside it, flushes and renames it. Only the owner can read the file.
 *
 * @throws errors of the file system, without any change
 */
export function replaceFile(file: string, text: string): void {
  // Unpredictable, so nothing can be there.
  const beside = `${file}.${randomBytes(8).toString('hex')}.tmp`
  const descriptor = openSync(beside, 'wx', 0o600)
  try {
    try {
      // `writeSync` may write only a part.
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(beside, file)
    flushFolder(dirname(file))
  } catch (error) {
    rmSync(beside, { force: true })
    throw error
  }
}

/** Makes a rename durable. Not every platform supports it. */
function flushFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    // The content is complete either way.
  }
}
