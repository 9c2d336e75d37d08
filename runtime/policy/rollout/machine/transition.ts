import { unreachable } from '../../../base/errors.ts'
import { SHADOW } from '../plan.ts'
import type { RolloutConfig } from '../rollout-config.ts'
import { wantedShare } from '../wanted-share.ts'
import { decline, NO_CANDIDATE, OVERTAKEN, WITHDRAWN } from '../why.ts'
import { afterAnswer } from './after-answer.ts'
import { afterMeasuring } from './after-measuring.ts'
import { end, fail, move, promote, resume, rollBack, start, stay, stop, type Transition, turnDown } from './enter-state.ts'
import type { MachineEvent, Outside, TaskAnswer } from './machine-event.ts'
import { noteOf, type Resting, type RolloutState, type Running, restingOf } from './rollout-state.ts'

type At<T> = T & { readonly at: number }
type EventOf<K extends Outside['kind']> = At<Extract<Outside, { readonly kind: K }>>

/**
 * Returns the next state of a rollout and the effects to carry out, in order. A pure function: the event holds the time. An
 * event without meaning in a state changes nothing.
 */
export function transition(state: RolloutState, event: MachineEvent, config: RolloutConfig): Transition {
  // An unexpected failure ends whatever is under way.
  if (event.kind === 'failed') return fail(restingOf(state), { code: 'internal', message: event.message }, event.at)
  if (event.kind === 'data-changed') return stay(retriedAtOnce(state))
  if (isAnswer(event)) return 'from' in state ? afterAnswer(state, event, config) : stay(state)
  return 'from' in state ? stay(state) : atRest(state, event, config)
}

const ANSWERS: Readonly<Record<TaskAnswer['kind'], true>> = {
  started: true,
  saved: true,
  moved: true,
  promoted: true,
  quarantined: true,
  found: true,
  shared: true,
  stopped: true,
}

function isAnswer(event: MachineEvent): event is At<TaskAnswer> {
  return Object.hasOwn(ANSWERS, event.kind)
}

function atRest(
  state: Resting,
  event: EventOf<Exclude<Outside['kind'], 'failed' | 'data-changed'>>,
  config: RolloutConfig,
): Transition {
  switch (event.kind) {
    case 'offered':
      return afterOffer(state, event)
    case 'brought': {
      const { bytes, bundle, asking } = event
      return start(state, { bytes, bundle, asking })
    }
    case 'withdrawn': {
      const note = noteOf(state)
      // An operator's bundle never came from the source.
      return note?.origin === 'source' ? end(state, note, WITHDRAWN) : stay(state)
    }
    case 'activated':
      return afterActivation(state, event)
    case 'share-set':
      return state.kind === 'running' ? setShare(state, event) : turnDown(state, NO_CANDIDATE)
    case 'promotion-requested':
      return state.kind === 'running' ? promoteIfPassed(state, event) : turnDown(state, NO_CANDIDATE)
    case 'rollback-requested': {
      const { asking } = event
      return state.kind === 'idle' ? turnDown(state, NO_CANDIDATE) : rollBack(state, { why: null, asking })
    }
    case 'harm-found':
      return state.kind === 'running' ? rollBack(state, { why: event.why, asking: null }) : stay(state)
    case 'ticked':
      return afterTick(state, event.at)
    case 'measured':
      return state.kind === 'running' ? afterMeasuring(state, event, config) : stay(state)
    case 'superseded':
      return stop(state, { kind: 'superseded' })
    case 'note-found':
      return resume(state, event.note, null)
    default:
      return unreachable(event)
  }
}

/**
 * Returns the transition after an offer. The source may offer the candidate again, or a bundle that could not be resumed
 * before.
 */
function afterOffer(state: Resting, { bytes, bundle }: EventOf<'offered'>): Transition {
  const offer = { bytes, bundle, asking: null }
  const note = noteOf(state)
  const { revision, sequence } = bundle.manifest
  if (note?.revision !== revision || note.sequence !== sequence) return start(state, offer)
  return state.kind === 'postponed' ? resume(state, note, offer) : stay(state)
}

function afterActivation(state: Resting, { revision }: EventOf<'activated'>): Transition {
  const note = noteOf(state)
  if (note === null) return stay(state)
  if (note.revision !== revision) return end(state, note, OVERTAKEN)
  return stop(state, { kind: 'over', note, outcome: 'promoted', why: null, asking: null })
}

function setShare(state: Running, { wanted, asking }: EventOf<'share-set'>): Transition {
  const { bundle, note } = state.candidate
  const share = wanted === null ? SHADOW : wantedShare(wanted, bundle.manifest)
  return 'kind' in share ? turnDown(state, share) : move(state, { ...note, share, step: null }, asking)
}

function promoteIfPassed(state: Running, { early, asking }: EventOf<'promotion-requested'>): Transition {
  const { note, plan } = state.candidate
  if (early || note.step === null || state.waits === 'asked' || state.waits === 'refused') return promote(state, asking)
  return turnDown(
    state,
    decline('not-passed', `it is at step ${note.step + 1} of ${plan.length}, and has not passed all of them`),
  )
}

function afterTick(state: Resting, at: number): Transition {
  switch (state.kind) {
    case 'idle':
      return stay(state)
    case 'postponed':
      return at >= state.at ? resume(state, state.note, null) : stay(state)
    case 'running':
      return stay(state, { kind: 'measure' })
    default:
      return unreachable(state)
  }
}

/** Returns a state in which a refused promotion may be tried again at once. */
function retriedAtOnce(state: RolloutState): RolloutState {
  if (state.kind === 'running') return { ...state, retryAt: 0 }
  if (!('from' in state) || state.from.kind !== 'running') return state
  // The kind of `from` stays, and so the state does.
  return { ...state, from: { ...state.from, retryAt: 0 } } as RolloutState
}
