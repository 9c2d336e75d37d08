import { open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Null: it is not there. */
export function readIfThere(file: string): Promise<Buffer | null> {
  return ifThere(readFile(file))
}

export async function ifThere<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/**
 * Puts something in the place of a file, whole. `changed`: the time stamp that it gets, in milliseconds since 1970; left out:
 * now.
 */
export async function replace(file: string, content: string | Uint8Array, changed?: number): Promise<void> {
  await replaceAll([[file, content]], changed)
}

/**
 * The same of several in one folder, in that order: all are written before the first one is put in its place, as only that takes
 * room on the disk.
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
  // What a process that was killed left there goes first; what comes there then, a link to elsewhere, is not written through.
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

/** The renaming itself is only on disk when the directory is. Not every platform can: Windows cannot open one. */
async function flushDirectory(directory: string): Promise<void> {
  try {
    const handle = await open(directory, 'r')
    await handle.sync().finally(() => handle.close())
  } catch {
    // The content is safe either way; only which of two good versions is found could differ.
  }
}

const turns = new Map<string, Promise<unknown>>()

/** One after the other: while another configuration takes over, two of this process follow the same source. */
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
