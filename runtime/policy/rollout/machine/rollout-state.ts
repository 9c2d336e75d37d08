import { unreachable } from '../../../base/errors.ts'
import type { Operator } from '../../../base/operator.ts'
import type { Bundle } from '../../bundle/read-bundle.ts'
import type { Tally } from '../../candidate/candidate.ts'
import type { PolicyRefusal } from '../../store/policy-target.ts'
import type { ActiveRollout } from '../active-rollout.ts'
import { NOTHING_COUNTED } from '../counts.ts'
import type { CandidateNote, LastNote, RolloutOutcome } from '../rollout-directory.ts'
import type { CandidateStatus, Declined } from '../rollout-status.ts'

/** State of a rollout. It rests until an event arrives, or is busy until a task of its last transition is answered. */
export type RolloutState = Resting | Busy

export type Resting = Idle | Postponed | Running

export type Busy = Starting | Saving | Restoring | Moving | Promoting | RollingBack | Resuming | Rejoining | Stopping

interface AtRest {
  /** Latest failure. It outlives its candidate, so that a failure that repeats is reported once. */
  readonly problem: CandidateStatus['problem']
}

/** State of a rollout without a candidate. */
export interface Idle extends AtRest {
  readonly kind: 'idle'
}

/**
 * State of a rollout whose candidate is saved on disk, but could not be resumed yet for a transient reason. No process runs the
 * candidate.
 */
export interface Postponed extends AtRest {
  readonly kind: 'postponed'
  readonly note: CandidateNote
  /** Number of failed attempts to resume the candidate. */
  readonly tries: number
  /** Time of the next attempt in milliseconds since 1970. */
  readonly at: number
}

/**
 * State in which a candidate runs beside the active policy and decides its share of requests. If `candidate.note.step` is `null`,
 * an operator controls it.
 */
export interface Running extends AtRest {
  readonly kind: 'running'
  readonly candidate: ActiveRollout
  /** Latest counts of the candidate's results, for metrics. */
  readonly tally: Tally | null
  readonly waits: CandidateStatus['waits']
  /** Earliest time of an automatic promotion in milliseconds since 1970. */
  readonly retryAt: number
}

/** A bundle that may become the candidate. `asking` is the operator who offers it, or `null` if the source does. */
export interface Offer {
  readonly bytes: Uint8Array
  readonly bundle: Bundle
  readonly asking: Operator | null
}

/** A candidate whose step has not begun, so that the time and the counts at its beginning are not known yet. */
export type NewCandidate = Omit<ActiveRollout, 'since' | 'before'>

/** A busy state. `from` is the state that readers see meanwhile, and to which an unexpected failure returns. */
interface AtWork<From extends Resting> {
  readonly from: From
}

/** State in which all processes prepare a new candidate, which replaces the previous one. It ends with the event `started`. */
export interface Starting extends AtWork<Resting> {
  readonly kind: 'starting'
  readonly offer: Offer
}

/** State in which a new candidate is being written to disk. It ends with the event `saved`. */
export interface Saving extends AtWork<Resting> {
  readonly kind: 'saving'
  readonly candidate: NewCandidate
  readonly asking: Operator | null
}

/**
 * State in which all processes prepare the previous candidate again because its replacement failed. It ends with the event
 * `started`.
 */
export interface Restoring extends AtWork<Running> {
  readonly kind: 'restoring'
}

/**
 * State in which all processes give the candidate its next step, or the share that an operator requested. It ends with the event
 * `moved`.
 */
export interface Moving extends AtWork<Running> {
  readonly kind: 'moving'
  readonly note: CandidateNote
  readonly asking: Operator | null
}

/** State in which the policy store activates the candidate. It ends with the event `promoted`. */
export interface Promoting extends AtWork<Running> {
  readonly kind: 'promoting'
  readonly asking: Operator | null
}

/** State in which the candidate is being stopped and quarantined. It ends with the event `quarantined`. */
export interface RollingBack extends AtWork<Running | Postponed> {
  readonly kind: 'rolling-back'
  readonly why: LastNote['why']
  readonly asking: Operator | null
}

/**
 * State in which the candidate that was saved on disk is read, checked and prepared in all processes. It ends with the event
 * `found`.
 */
export interface Resuming extends AtWork<Resting> {
  readonly kind: 'resuming'
  readonly note: CandidateNote
  /** Bundle that the source offers again during the resumption. It becomes the new candidate if the one on disk has ended. */
  readonly offer: Offer | null
}

/**
 * State in which a resumed or restored candidate runs in all processes in shadow mode, and is about to receive its share of
 * requests. It ends with the event `shared`.
 */
export interface Rejoining extends AtWork<Resting> {
  readonly kind: 'rejoining'
  readonly candidate: NewCandidate
  /**
   * Kind of the event that the rollout reports when the candidate has its share of requests again. `null` reports none: the
   * candidate was only interrupted.
   */
  readonly event: 'resumed' | 'shadow' | 'canary' | null
}

/** State in which all processes stop the candidate, if they have one. It ends with the event `stopped`. */
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
  /** Reason why the quarantine of the candidate is not written yet, or `null`. */
  readonly unwritten?: PolicyRefusal | null
  /** Bundle that becomes the next candidate, or `null`. */
  readonly next?: Offer | null
}

export interface CandidateEnd {
  readonly outcome: RolloutOutcome
  readonly why: LastNote['why']
  readonly asking: Operator | null
}

/** Initial state of a rollout, in which there is no candidate. */
export const IDLE: Idle = { kind: 'idle', problem: null }

/**
 * Returns the state that observers see. During a transition it is the state before the transition, otherwise the state itself.
 */
export function restingOf(state: RolloutState): Resting {
  return 'from' in state ? state.from : state
}

/** Returns the candidate that runs in the processes, or `null` without one. */
export function candidateOf(state: RolloutState): ActiveRollout | null {
  const seen = restingOf(state)
  return seen.kind === 'running' ? seen.candidate : null
}

/**
 * Returns the note about the candidate as it is stored on disk, or `null` without a candidate. A candidate whose resumption is
 * postponed is included.
 */
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

/** Creates the state of a candidate whose step begins at `since`, in milliseconds since 1970. */
export function running(candidate: NewCandidate, since: number): Running {
  return {
    ...{ kind: 'running', candidate: { ...candidate, since, before: NOTHING_COUNTED } },
    ...{ tally: null, waits: candidate.note.step === null ? null : 'time', retryAt: 0, problem: null },
  }
}
