import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Puts a text in the place of a file, whole: written beside, flushed, renamed; readable by its owner alone. Throws what the file
 * system throws, and then the file is as it was.
 */
export function replaceFile(file: string, text: string): void {
  // A name that nobody can have put something under before.
  const beside = `${file}.${randomBytes(8).toString('hex')}.tmp`
  const descriptor = openSync(beside, 'wx', 0o600)
  try {
    try {
      // Not `writeSync`, which may write a part of it and say so.
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

/** The renaming itself is only on disk when the folder is. Not every platform can. */
function flushFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    // The content is whole either way.
  }
}
