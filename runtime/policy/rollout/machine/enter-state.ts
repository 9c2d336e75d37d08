import type { Operator } from '../../../base/operator.ts'
import type { PolicyRefusal } from '../../store/policy-target.ts'
import type { CandidateNote, LastNote } from '../rollout-directory.ts'
import type { Declined } from '../rollout-status.ts'
import type { RolloutCommand, RolloutEffect } from './rollout-effect.ts'
import {
  type AfterStop,
  noteOf,
  type Offer,
  type Postponed,
  type Rejoining,
  type Resting,
  type RolloutState,
  type Running,
} from './rollout-state.ts'

/** A transition of the rollout: the next state, and the effects to carry out. */
export interface Transition {
  readonly state: RolloutState
  readonly effects: readonly RolloutEffect[]
}

export function stay(state: RolloutState, ...effects: readonly RolloutEffect[]): Transition {
  return { state, effects }
}

/** Returns a transition that keeps the state and reports a refusal to the caller. */
export function turnDown(state: Resting, refusal: Declined): Transition {
  return stay(state, { kind: 'refuse', refusal })
}

/** Returns a transition that starts the offered bundle as candidate and replaces the current one, if any. */
export function start(from: Resting, offer: Offer, before: readonly RolloutCommand[] = []): Transition {
  return stay({ kind: 'starting', from, offer }, ...before, { kind: 'start', bundle: offer.bundle })
}

/**
 * Returns a transition that starts the previous candidate again, because an attempt to replace it has failed. The attempt stopped
 * it in the processes.
 *
 * @param refusal why the replacement failed, for the caller
 */
export function restore(from: Running, refusal: Declined): Transition {
  return stay({ kind: 'restoring', from }, { kind: 'refuse', refusal }, { kind: 'start', bundle: from.candidate.bundle })
}

export function move(from: Running, note: CandidateNote, asking: Operator | null): Transition {
  return stay({ kind: 'moving', from, note, asking }, { kind: 'move', note })
}

export function promote(from: Running, asking: Operator | null): Transition {
  return stay({ kind: 'promoting', from, asking }, { kind: 'promote', bytes: from.candidate.bytes, asking })
}

export function rollBack(
  from: Running | Postponed,
  { why, asking }: { readonly why: LastNote['why']; readonly asking: Operator | null },
): Transition {
  const { revision } = noteOf(from)
  return stay({ kind: 'rolling-back', from, why, asking }, { kind: 'quarantine', revision })
}

export function resume(from: Resting, note: CandidateNote, offer: Offer | null): Transition {
  return stay({ kind: 'resuming', from, note, offer }, { kind: 'resume', note })
}

export function rejoin(from: Resting, candidate: Rejoining['candidate'], event: Rejoining['event']): Transition {
  return stay({ kind: 'rejoining', from, candidate, event }, { kind: 'share', share: candidate.note.share })
}

export function stop(from: Resting, after: AfterStop, before: readonly RolloutCommand[] = []): Transition {
  return stay({ kind: 'stopping', from, after }, ...before, { kind: 'stop' })
}

/**
 * Returns a transition that stops a candidate for good with the outcome `ended`, which is neither a promotion nor a rollback:
 * for example, a newer candidate takes its place.
 */
export function end(from: Resting, note: CandidateNote, why: LastNote['why']): Transition {
  return stop(from, { kind: 'over', note, outcome: 'ended', why, asking: null })
}

/**
 * Returns a transition that keeps the state and shows a problem. The problem is reported if it is new.
 *
 * @param refusal refusal for the caller, if it differs from the problem
 */
export function fail(
  state: Resting,
  { code, message }: Pick<PolicyRefusal, 'code' | 'message'>,
  at: number,
  refusal: PolicyRefusal = { kind: 'refused', code, message },
): Transition {
  const reports = state.problem?.message === message ? [] : [{ kind: 'report', message } as const]
  return stay({ ...state, problem: { code, message, at } }, ...reports, { kind: 'refuse', refusal })
}
