import { utimes } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type AcceptedNote, NOTHING_ACCEPTED } from './note.ts'
import { ifThere, inTurn, readIfThere, replace } from './whole-files.ts'

/**
 * What a proxy remembers of bundles over a restart: the last good one, the one before it, and the highest sequence that it ever
 * accepted, which outlives a change of keys that makes the last good one unreadable. Files are replaced whole (written beside,
 * flushed, renamed).
 */
export interface StateDirectory {
  /**
   * What was accepted. Looked up again each time: another process may have accepted one, as
   * where an old one drains while the new one serves. Throws `StateError`.
   */
  note(): Promise<AcceptedNote>
  /** Throws `StateError` where it is there and cannot be read. */
  lastGood(): Promise<Uint8Array | null>
  /** The same of the one that was last good before. */
  previous(): Promise<Uint8Array | null>
  /**
   * The bundle first, then the note: a crash in between forgets nothing. Throws what the file system throws, and `StateError`
   * where another process, which follows the same source, has accepted a later one.
   */
  accept(bytes: Uint8Array, note: AcceptedNote): Promise<void>
  /**
   * The one before is the last good one again, and there is none before it. The note first, which says which one is quarantined: a crash
   * in between leaves the one before where it was, and that it is to serve. Throws the same. `confirmed`: when the source was
   * there last, which going back does not change.
   */
  rollback(bytes: Uint8Array, note: AcceptedNote, confirmed: number): Promise<void>
  /** Of the same bundle. The same. */
  write(note: AcceptedNote): Promise<void>
  /**
   * The source was there with the last good one, at that time; milliseconds since 1970. A time stamp that cannot be set is an
   * older one.
   */
  confirm(now: number): void
  /** When that was last; null: there is no last good one. */
  confirmed(): Promise<number | null>
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
  const files = { lastGood: join(directory, 'last-good.iapb'), previous: join(directory, 'previous.iapb') }
  const accepted = join(directory, 'sequence.json')
  // What this process knows, should the file go away under it.
  let known = NOTHING_ACCEPTED
  const usable = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: Error) => {
      throw new StateError(`the state directory \`${directory}\` cannot be used: ${error.message}`)
    })
  await usable(mkdir(directory, { recursive: true, mode: 0o700 }))
  const note = async () => {
    const found = readNote((await usable(readIfThere(accepted)))?.toString() ?? null, accepted)
    if (found.sequence >= known.sequence) known = found
    return known
  }
  /** Another process may have accepted a later one since this one was compared. */
  const mustNotGoBack = async (next: number) => {
    const { sequence } = await note()
    if (sequence > next) throw new StateError(`another process has accepted the sequence ${sequence} meanwhile`)
  }
  const writeNote = async (next: AcceptedNote) => {
    await mustNotGoBack(next.sequence)
    const { sequence, revision, quarantined, tried } = next
    const text = JSON.stringify({
      sequence,
      revision,
      ...(quarantined !== null && { quarantined }),
      ...(tried !== null && { tried }),
    })
    await replace(accepted, `${text}\n`)
    known = next
  }
  return {
    note,
    write: (next) => inTurn(directory, () => writeNote(next)),
    lastGood: () => usable(readIfThere(files.lastGood)),
    previous: () => usable(readIfThere(files.previous)),
    confirm: (now) => utimes(files.lastGood, now / 1000, now / 1000, () => {}),
    confirmed: async () => (await usable(ifThere(stat(files.lastGood))))?.mtimeMs ?? null,
    accept: (bytes, next) =>
      inTurn(directory, async () => {
        await mustNotGoBack(next.sequence)
        const before = await readIfThere(files.lastGood)
        if (before !== null && next.revision !== known.revision && !before.equals(bytes)) await replace(files.previous, before)
        await replace(files.lastGood, bytes)
        await writeNote(next)
      }),
    rollback: (bytes, next, confirmed) =>
      inTurn(directory, async () => {
        const was = await note()
        await writeNote(next)
        try {
          await replace(files.lastGood, bytes, confirmed)
        } catch (error) {
          await writeNote(was)
          throw error
        }
        await rm(files.previous, { force: true })
      }),
  }
}

function readNote(text: string | null, file: string): AcceptedNote {
  if (text === null) return NOTHING_ACCEPTED
  try {
    const { sequence, revision = null, quarantined = null, tried = null } = JSON.parse(text) as Record<string, unknown>
    if (
      Number.isSafeInteger(sequence) &&
      (sequence as number) >= 0 &&
      isRevision(revision) &&
      isRevision(quarantined) &&
      isRevision(tried)
    )
      return { sequence: sequence as number, revision, quarantined, tried }
  } catch {
    // Said below.
  }
  throw new StateError(
    `\`${file}\` does not hold the sequence that was accepted last: ` +
      'restore it, or remove all that is in the directory to accept any',
  )
}

function isRevision(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}
