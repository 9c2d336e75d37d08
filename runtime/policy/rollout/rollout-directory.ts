import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Share } from '../candidate/candidate.ts'
import { inTurn, readIfThere, replace, replaceAll } from '../store/whole-files.ts'

export type CandidateOrigin = 'source' | 'operator'

/** How a candidate ended. `ended`: neither promoted nor rolled back, for example because it was replaced. */
export type RolloutOutcome = 'promoted' | 'rolled-back' | 'ended'

export interface CandidateNote {
  readonly revision: string
  readonly sequence: number
  readonly origin: CandidateOrigin
  readonly by: string | null
  readonly begun: number
  /** Index of the current step in the plan with the digest `plan`, or `null` if an operator has set the share. */
  readonly step: number | null
  readonly plan: string
  readonly share: Share
}

export interface LastNote {
  readonly revision: string
  readonly sequence: number
  readonly outcome: RolloutOutcome
  /** Reason why the candidate ended, or `null` if an operator requested it or it was promoted. */
  readonly why: { readonly code: string; readonly message: string } | null
  readonly by: string | null
  readonly at: number
}

export interface RolloutNote {
  readonly candidate: CandidateNote | null
  readonly last: LastNote | null
}

/** Persistent store of the candidate. Methods reject with errors of the file system. */
export interface RolloutDirectory {
  /**
   * Reads the note of the current and the last candidate, which another configuration may have changed. If there is no readable
   * note, a candidate starts again when it is offered.
   */
  note(): Promise<RolloutNote>
  bundle(): Promise<Uint8Array | null>
  /**
   * Writes bundle and note, or neither if the disk is full. If the process is killed in between, the note of another bundle
   * remains and is ignored.
   */
  begin(bytes: Uint8Array, note: RolloutNote): Promise<void>
  write(note: RolloutNote): Promise<void>
  /**
   * Removes the bundle and then writes the note. Removal also works on a full disk, and a note without its bundle is ignored.
   */
  end(note: RolloutNote): Promise<void>
}

const NOTHING: RolloutNote = { candidate: null, last: null }

/** Creates a store of the candidate in the existing folder of the last good bundle. */
export function rolloutDirectory(directory: string): RolloutDirectory {
  const bundle = join(directory, 'candidate.iapb')
  const file = join(directory, 'rollout.json')
  const write = (note: RolloutNote) => replace(file, textOf(note))
  return {
    write: (note) => inTurn(directory, () => write(note)),
    note: async () => readNote((await readIfThere(file))?.toString() ?? null),
    bundle: () => readIfThere(bundle),
    begin: (bytes, note) =>
      inTurn(directory, () =>
        replaceAll([
          [bundle, bytes],
          [file, textOf(note)],
        ]),
      ),
    end: (note) =>
      inTurn(directory, async () => {
        await rm(bundle, { force: true })
        await write(note)
      }),
  }
}

function textOf(note: RolloutNote): string {
  return `${JSON.stringify(note)}\n`
}

function readNote(text: string | null): RolloutNote {
  if (text === null) return NOTHING
  try {
    const { candidate = null, last = null } = JSON.parse(text) as Partial<RolloutNote>
    return { candidate: isCandidate(candidate) ? candidate : null, last: isLast(last) ? last : null }
  } catch {
    return NOTHING
  }
}

/** Returns whether a note is valid; it may have been edited by hand or written by another version. */
function isCandidate(value: CandidateNote | null): boolean {
  if (value === null) return false
  const { origin, by, begun, step, plan, share } = value
  return (
    isOfBundle(value) &&
    (origin === 'source' || origin === 'operator') &&
    isTextOrNull(by) &&
    isTime(begun) &&
    typeof plan === 'string' &&
    (step === null || (Number.isSafeInteger(step) && step >= 0)) &&
    Number.isSafeInteger(share?.parts) &&
    share.parts >= 0 &&
    share.parts <= 10_000 &&
    (share.services === null || isNames(share.services)) &&
    isNames(share.whole ?? [])
  )
}

function isLast(value: LastNote | null): boolean {
  if (value === null) return false
  const { outcome, why, by, at } = value
  return (
    isOfBundle(value) &&
    OUTCOMES.includes(outcome) &&
    (why === null || (typeof why?.code === 'string' && typeof why.message === 'string')) &&
    isTextOrNull(by) &&
    isTime(at)
  )
}

const OUTCOMES: readonly RolloutOutcome[] = ['promoted', 'rolled-back', 'ended']

function isOfBundle({ revision, sequence }: Pick<CandidateNote, 'revision' | 'sequence'>): boolean {
  return typeof revision === 'string' && Number.isSafeInteger(sequence)
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}

/** Returns whether a number of milliseconds is a valid time of a date. */
function isTime(value: number): boolean {
  return Number.isFinite(value) && !Number.isNaN(new Date(value).getTime())
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string')
}
