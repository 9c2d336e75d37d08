import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * What a proxy remembers of bundles over a restart: the last good one, and the highest sequence that it ever accepted, which
 * outlives a change of keys that makes the last good one unreadable. Files are replaced whole (written beside, flushed, renamed).
 */
export interface StateDirectory {
  /**
   * The highest accepted sequence; −1 where there never was one. Looked up again each time: another process may have accepted one, as
   * where an old one drains while the new one serves. Throws `StateError`.
   */
  sequence(): Promise<number>
  /** Throws `StateError` where it is there and cannot be read. */
  lastGood(): Promise<Uint8Array | null>
  /** The bundle first, then the sequence: a crash in between forgets nothing. Throws what the file system throws, and `StateError` where another
   * process, which follows the same source, has accepted a later one. */
  accept(bytes: Uint8Array, sequence: number, revision: string): Promise<void>
}

/** The directory cannot be read, so that going back cannot be refused: whoever starts must not go on. */
export class StateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'StateError'
  }
}

/** Makes the directory where it is not there. Throws `StateError`. */
export async function openStateDirectory(directory: string): Promise<StateDirectory> {
  const lastGood = join(directory, 'last-good.iapb')
  const accepted = join(directory, 'sequence.json')
  // What this process knows, should the file go away under it.
  let known = -1
  const usable = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: Error) => {
      throw new StateError(`the state directory \`${directory}\` cannot be used: ${error.message}`)
    })
  await usable(mkdir(directory, { recursive: true, mode: 0o700 }))
  const sequence = async () => {
    known = Math.max(known, readSequence((await usable(readIfThere(accepted)))?.toString() ?? null, accepted))
    return known
  }
  /** Another process may have accepted a later one since this one was compared. */
  const mustNotGoBack = async (next: number) => {
    const noted = await sequence()
    if (noted > next) throw new StateError(`another process has accepted the sequence ${noted} meanwhile`)
  }
  return {
    sequence,
    lastGood: () => usable(readIfThere(lastGood)),
    async accept(bytes, next, revision) {
      await mustNotGoBack(next)
      await replace(lastGood, bytes)
      await mustNotGoBack(next)
      await replace(accepted, `${JSON.stringify({ sequence: next, revision })}\n`)
      known = next
    },
  }
}

function readSequence(text: string | null, file: string): number {
  if (text === null) return -1
  try {
    const { sequence } = JSON.parse(text) as { sequence: unknown }
    if (Number.isSafeInteger(sequence) && (sequence as number) >= 0) return sequence as number
  } catch {
    // Said below.
  }
  throw new StateError(
    `\`${file}\` does not hold the sequence that was accepted last: restore it, or remove all that is in the directory to accept any`,
  )
}

async function readIfThere(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

async function replace(file: string, content: string | Uint8Array): Promise<void> {
  const beside = `${file}.${process.pid}.tmp`
  try {
    await write(beside, content)
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await flushDirectory(dirname(file))
}

async function write(file: string, content: string | Uint8Array): Promise<void> {
  // What a process that was killed left there goes first; what comes there then, a link to elsewhere, is not written through.
  await rm(file, { force: true })
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(content)
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
