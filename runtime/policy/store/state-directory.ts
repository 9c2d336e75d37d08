import { utimes } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { quoted } from '../../base/config-error.ts'
import { isObject } from '../../base/values.ts'
import { type AcceptedNote, NOTHING_ACCEPTED } from './note.ts'
import { ifThere, inTurn, readIfThere, replace } from './whole-files.ts'

/**
 * Persistent store of the last good bundle, the bundle before it, and the highest accepted sequence number. The number survives
 * a change of keys that invalidates the last good bundle. Files are replaced atomically: written beside, flushed and renamed.
 */
export interface StateDirectory {
  /**
   * Returns the note of what was accepted. The file is read each time, because another process may have accepted more, for
   * example while an old process drains.
   *
   * @throws StateError if it is unreadable
   */
  note(): Promise<AcceptedNote>
  /**
   * Returns the last good bundle, or `null` without one.
   *
   * @throws StateError if it exists but is unreadable
   */
  lastGood(): Promise<Uint8Array | null>
  /**
   * Returns the bundle before the last good one, or `null` without one.
   *
   * @throws StateError if it exists but is unreadable
   */
  previous(): Promise<Uint8Array | null>
  /**
   * Writes a bundle and then its note, so that a crash loses nothing.
   *
   * @throws StateError if a later bundle was accepted
   * @throws errors of the file system
   */
  accept(bytes: Uint8Array, note: AcceptedNote): Promise<void>
  /**
   * Makes the previous bundle the last good one. The note with the quarantine is written first, so that after a crash the
   * previous bundle is still present and can be restored. `confirmed` is the time of the last contact to the source, which
   * stays unchanged.
   *
   * @throws the same errors as `accept`
   */
  rollback(bytes: Uint8Array, note: AcceptedNote, confirmed: number): Promise<void>
  /**
   * Writes another note for the same bundle.
   *
   * @throws the same errors as `accept`
   */
  write(note: AcceptedNote): Promise<void>
  /**
   * Notes that the source confirmed the last good bundle at `now`, in milliseconds since 1970. If it fails, the earlier time
   * stays.
   */
  confirm(now: number): void
  /** Returns the time of the last confirmation in milliseconds since 1970, or `null` if there is no last good bundle. */
  confirmed(): Promise<number | null>
}

/** Error for an unreadable state folder. The proxy must not start, because it could not refuse downgrades. */
export class StateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'StateError'
  }
}

/**
 * Opens a state folder, which is created if needed.
 *
 * @throws StateError if it is unreadable
 */
export async function openStateDirectory(directory: string): Promise<StateDirectory> {
  const files = { lastGood: join(directory, 'last-good.iapb'), previous: join(directory, 'previous.iapb') }
  const accepted = join(directory, 'sequence.json')
  // Survives a removal of the file.
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
  const mustNotGoBack = async (next: number) => {
    const { sequence } = await note()
    if (sequence > next)
      throw new StateError(
        `another process with the state directory \`${directory}\` has accepted the newer sequence ${sequence}: ` +
          'give each process its own directory',
      )
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
  const { sequence, revision = null, quarantined = null, tried = null, ...others } = objectIn(text)
  const [unknown] = Object.keys(others)
  if (!Number.isSafeInteger(sequence) || (sequence as number) < 0 || ![revision, quarantined, tried].every(isRevision))
    throw new StateError(
      `\`${file}\` does not contain the last accepted sequence: restore it, or empty the directory to accept any sequence`,
    )
  // A member that is ignored may quarantine a policy, which would then be taken again.
  if (unknown !== undefined)
    throw new StateError(
      `\`${file}\` has the unknown member ${quoted(unknown)}: another version of iap wrote it. ` +
        'Rename `held`, its earlier name, to `quarantined`, and remove all other unknown members',
    )
  return { sequence: sequence as number, revision, quarantined, tried } as AcceptedNote
}

/** Returns the members of a JSON object, or an object without members for any other text. */
function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function isRevision(value: unknown): value is string | null {
  return value === null || typeof value === 'string'
}
