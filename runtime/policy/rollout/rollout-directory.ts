import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Share } from '../candidate/candidate.ts'
import { inTurn, readIfThere, replace, replaceAll } from '../store/whole-files.ts'

/** Who has made it the candidate. */
export type CandidateOrigin = 'source' | 'operator'

/** What becomes of the candidate. `ended`: neither was it promoted, nor gone back from. */
export type RolloutOutcome = 'promoted' | 'rolled-back' | 'ended'

export interface CandidateNote {
  readonly revision: string
  readonly sequence: number
  readonly origin: CandidateOrigin
  /** Who has asked for it; null: nobody. */
  readonly by: string | null
  /** Milliseconds since 1970. */
  readonly begun: number
  /** Of the plan with that digest; null: an operator has set the share. */
  readonly step: number | null
  readonly plan: string
  readonly share: Share
}

export interface LastNote {
  readonly revision: string
  readonly sequence: number
  readonly outcome: RolloutOutcome
  /** Null: an operator has asked for it, or it was promoted. */
  readonly why: { readonly code: string; readonly message: string } | null
  readonly by: string | null
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface RolloutNote {
  readonly candidate: CandidateNote | null
  /** The one before. */
  readonly last: LastNote | null
}

/** the candidate, over a restart. All reject with what the file system says. */
export interface RolloutDirectory {
  /**
   * Looked up each time: another configuration may have changed it. One that nobody can read is none: the candidate begins again when
   * the source offers the bundle.
   */
  note(): Promise<RolloutNote>
  bundle(): Promise<Uint8Array | null>
  /**
   * Both or, where the disk is full, neither. Of a process that is killed in between the note is that of another bundle, which is
   * nothing.
   */
  begin(bytes: Uint8Array, note: RolloutNote): Promise<void>
  write(note: RolloutNote): Promise<void>
  /** The bundle first, which can be removed from a full disk, too: a note without it is nothing. */
  end(note: RolloutNote): Promise<void>
}

const NOTHING: RolloutNote = { candidate: null, last: null }

/** In the folder of the last good bundle, which is there. */
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

/** The folder is the proxy's own; this is for one that somebody has mended by hand, or of another version. */
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

/** That a date has. */
function isTime(value: number): boolean {
  return Number.isFinite(value) && !Number.isNaN(new Date(value).getTime())
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string')
}
