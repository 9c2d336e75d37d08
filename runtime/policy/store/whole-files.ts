import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { readRegular } from '../../base/files/read-regular.ts'

/** Returns the content of a file, or `null` if it does not exist. */
export function readIfThere(file: string): Promise<Buffer | null> {
  return ifThere(readRegular(file))
}

export async function ifThere<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Replaces a file atomically. `changed` is its modification time in milliseconds since 1970. Default: now. */
export async function replace(file: string, content: string | Uint8Array, changed?: number): Promise<void> {
  await replaceAll([[file, content]], changed)
}

/**
 * Replaces several files of a folder in order. All are written before the first is renamed, because only writing needs disk
 * space.
 */
export async function replaceAll(
  files: readonly (readonly [file: string, content: string | Uint8Array])[],
  changed?: number,
): Promise<void> {
  try {
    for (const [file, content] of files) await write(besideOf(file), content, changed)
    for (const [file] of files) await rename(besideOf(file), file)
  } catch (error) {
    for (const [file] of files) await rm(besideOf(file), { force: true })
    throw error
  }
  for (const folder of new Set(files.map(([file]) => dirname(file)))) await flushDirectory(folder)
}

function besideOf(file: string): string {
  return `${file}.${process.pid}.tmp`
}

async function write(file: string, content: string | Uint8Array, changed?: number): Promise<void> {
  // Removes leftovers of a killed process; a symbolic link must not be written through.
  await rm(file, { force: true })
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    if (changed !== undefined) await handle.utimes(changed / 1000, changed / 1000)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Makes renames durable. Windows cannot open directories. */
async function flushDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, 'r')
    await handle.sync().finally(() => handle.close())
  } catch {
    // The content is safe; at worst, the older of two good versions is found.
  }
}

const turns = new Map<string, Promise<unknown>>()

/**
 * Runs a task on a folder after all earlier tasks on the folder have ended. This is needed because during a reload, two
 * configurations of this process follow the same source.
 */
export function inTurn<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const turn = (turns.get(directory) ?? Promise.resolve()).then(work)
  const settled = turn
    .catch(() => {})
    .finally(() => {
      if (turns.get(directory) === settled) turns.delete(directory)
    })
  turns.set(directory, settled)
  return turn
}
