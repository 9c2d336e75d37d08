import { unreachable } from '../../../base/errors.ts'
import type { Operator } from '../../../base/operator.ts'
import type { Bundle } from '../../bundle/read-bundle.ts'
import type { Tally } from '../../candidate/candidate.ts'
import type { PolicyRefusal } from '../../store/policy-target.ts'
import type { ActiveRollout } from '../active-rollout.ts'
import { NOTHING_COUNTED } from '../counts.ts'
import type { CandidateNote, LastNote, RolloutOutcome } from '../rollout-directory.ts'
import type { CandidateStatus, Declined } from '../rollout-status.ts'

/** A roll-out rests until something happens, or is busy until a task of its last transition is answered. */
export type RolloutState = Resting | Busy

export type Resting = Idle | Postponed | Running

export type Busy = Starting | Saving | Restoring | Moving | Promoting | RollingBack | Resuming | Rejoining | Stopping

interface AtRest {
  /** What failed last. It outlives its candidate, so that a failure that repeats is reported once. */
  readonly problem: CandidateStatus['problem']
}

/** There is no candidate. */
export interface Idle extends AtRest {
  readonly kind: 'idle'
}

/** A candidate stays noted, but could not be resumed for a transient reason: no process has it. */
export interface Postponed extends AtRest {
  readonly kind: 'postponed'
  readonly note: CandidateNote
  /** Failed attempts. */
  readonly tries: number
  /** Time of the next attempt. */
  readonly at: number
}

/** A candidate is compared, and decides for its share. `candidate.note.step` null: an operator controls it. */
export interface Running extends AtRest {
  readonly kind: 'running'
  readonly candidate: ActiveRollout
  /** The latest one, for metrics. */
  readonly tally: Tally | null
  readonly waits: CandidateStatus['waits']
  /** Earliest time of an automatic promotion. */
  readonly retryAt: number
}

/** A bundle that may become the candidate. `asking` null: the source offers it. */
export interface Offer {
  readonly bytes: Uint8Array
  readonly bundle: Bundle
  readonly asking: Operator | null
}

/** A candidate whose step has not begun yet. */
export type NewCandidate = Omit<ActiveRollout, 'since' | 'before'>

/** `from` is what readers see meanwhile, and where an unexpected failure leads back to. */
interface AtWork<From extends Resting> {
  readonly from: From
}

/** The processes are preparing a new candidate, which has replaced theirs. Answer: `started`. */
export interface Starting extends AtWork<Resting> {
  readonly kind: 'starting'
  readonly offer: Offer
}

/** A new candidate is being written to disk. Answer: `saved`. */
export interface Saving extends AtWork<Resting> {
  readonly kind: 'saving'
  readonly candidate: NewCandidate
  readonly asking: Operator | null
}

/** The processes are preparing the previous candidate again, as its replacement failed. Answer: `started`. */
export interface Restoring extends AtWork<Running> {
  readonly kind: 'restoring'
}

/** The candidate is getting another step or share. Answer: `moved`. */
export interface Moving extends AtWork<Running> {
  readonly kind: 'moving'
  readonly note: CandidateNote
  readonly asking: Operator | null
}

/** The store is activating the candidate. Answer: `promoted`. */
export interface Promoting extends AtWork<Running> {
  readonly kind: 'promoting'
  readonly asking: Operator | null
}

/** The candidate is being stopped and quarantined. Answer: `quarantined`. */
export interface RollingBack extends AtWork<Running | Postponed> {
  readonly kind: 'rolling-back'
  readonly why: LastNote['why']
  readonly asking: Operator | null
}

/** A noted candidate is read, checked and prepared in the processes. Answer: `found`. */
export interface Resuming extends AtWork<Resting> {
  readonly kind: 'resuming'
  readonly note: CandidateNote
  /** The same bundle from the source, to begin anew with if the noted one is over. */
  readonly offer: Offer | null
}

/** The processes have a resumed or restored candidate in shadow, and are getting its share. Answer: `shared`. */
export interface Rejoining extends AtWork<Resting> {
  readonly kind: 'rejoining'
  readonly candidate: NewCandidate
  /** Null: it was only interrupted. */
  readonly event: 'resumed' | 'shadow' | 'canary' | null
}

/** All processes are stopping the candidate, if they have one. Answer: `stopped`. */
export interface Stopping extends AtWork<Resting> {
  readonly kind: 'stopping'
  readonly after: AfterStop
}

export type AfterStop =
  | Over
  /** It is retried later. */
  | { readonly kind: 'postponed'; readonly note: CandidateNote; readonly refused: PolicyRefusal; readonly tries: number }
  /** A new candidate could not be saved, and there was none before. */
  | { readonly kind: 'unsaved'; readonly refusal: Declined }
  /** Another process has noted another candidate, or an end. */
  | { readonly kind: 'superseded' }

export interface Over extends CandidateEnd {
  readonly kind: 'over'
  readonly note: CandidateNote
  /** Why its quarantine is not written yet, if so. */
  readonly unwritten?: PolicyRefusal | null
  /** What begins next. */
  readonly next?: Offer | null
}

export interface CandidateEnd {
  readonly outcome: RolloutOutcome
  readonly why: LastNote['why']
  readonly asking: Operator | null
}

/** The state of a roll-out before anything has happened. */
export const IDLE: Idle = { kind: 'idle', problem: null }

/** Returns the state that readers see. */
export function restingOf(state: RolloutState): Resting {
  return 'from' in state ? state.from : state
}

/** Returns the candidate that the processes have, if any. */
export function candidateOf(state: RolloutState): ActiveRollout | null {
  const seen = restingOf(state)
  return seen.kind === 'running' ? seen.candidate : null
}

/** Returns the note of the candidate, also of a postponed one. */
export function noteOf(state: Running | Postponed): CandidateNote
export function noteOf(state: RolloutState): CandidateNote | null
export function noteOf(state: RolloutState): CandidateNote | null {
  const seen = restingOf(state)
  switch (seen.kind) {
    case 'idle':
      return null
    case 'postponed':
      return seen.note
    case 'running':
      return seen.candidate.note
    default:
      return unreachable(seen)
  }
}

/** Returns the state of a candidate whose step begins at `since`. */
export function running(candidate: NewCandidate, since: number): Running {
  return {
    ...{ kind: 'running', candidate: { ...candidate, since, before: NOTHING_COUNTED } },
    ...{ tally: null, waits: candidate.note.step === null ? null : 'time', retryAt: 0, problem: null },
  }
}
