import { unreachable } from '../../../base/errors.ts'
import { isTransient } from '../../store/policy-target.ts'
import { countsOf, NOTHING_COUNTED } from '../counts.ts'
import { digestOfPlan, goOnWith, isSameShare, kindOf, planOf, SHADOW } from '../plan.ts'
import type { RolloutConfig } from '../rollout-config.ts'
import type { CandidateNote, LastNote } from '../rollout-directory.ts'
import type { RolloutEvent } from '../rollout-status.ts'
import { GONE, REPLACED, RETRY } from '../why.ts'
import { endEffects, lastOf } from './end-effects.ts'
import { end, fail, rejoin, restore, start, stay, stop, type Transition, turnDown } from './enter-state.ts'
import type { TaskAnswer } from './machine-event.ts'
import type { RolloutCommand } from './rollout-effect.ts'
import {
  type Busy,
  type Idle,
  type Moving,
  noteOf,
  type Over,
  type Promoting,
  type Resuming,
  type RollingBack,
  running,
  type Saving,
  type Starting,
  type Stopping,
} from './rollout-state.ts'

/** Maximum number of attempts to resume a candidate. */
const TRIES = 5

type AnswerOf<K extends TaskAnswer['kind']> = Extract<TaskAnswer, { readonly kind: K }> & { readonly at: number }

/**
 * Returns the next state of a busy rollout, and its effects, after the task of the state has ended with `answer`. An answer that
 * does not belong to the state changes nothing.
 */
export function afterAnswer(state: Busy, answer: AnswerOf<TaskAnswer['kind']>, config: RolloutConfig): Transition {
  switch (state.kind) {
    case 'starting':
      return answer.kind === 'started' ? afterStart(state, answer, config) : stay(state)
    case 'saving':
      return answer.kind === 'saved' ? afterSaving(state, answer) : stay(state)
    case 'restoring': {
      if (answer.kind !== 'started') return stay(state)
      const { from } = state
      const { candidate } = from
      return answer.refused === null ? rejoin(from, candidate, null) : end(from, candidate.note, answer.refused)
    }
    case 'moving':
      return answer.kind === 'moved' ? afterMove(state, answer) : stay(state)
    case 'promoting':
      return answer.kind === 'promoted' ? afterPromotion(state, answer) : stay(state)
    case 'rolling-back':
      return answer.kind === 'quarantined' ? afterQuarantine(state, answer) : stay(state)
    case 'resuming':
      return answer.kind === 'found' ? afterFinding(state, answer, config) : stay(state)
    case 'rejoining': {
      if (answer.kind !== 'shared') return stay(state)
      const { candidate, event } = state
      return stay(running(candidate, answer.at), ...(event === null ? [] : [announce(event, candidate.note, null)]))
    }
    case 'stopping':
      return answer.kind === 'stopped' ? afterStop(state, answer.at) : stay(state)
    default:
      return unreachable(state)
  }
}

function announce(
  kind: RolloutEvent['kind'],
  { revision, sequence, share }: CandidateNote,
  asking: Saving['asking'],
): RolloutCommand {
  return { kind: 'announce', event: { kind, revision, sequence, share, why: null }, asking }
}

const replacedBy = (asking: Saving['asking']) => ({ outcome: 'ended', why: REPLACED, asking }) as const

function afterStart({ from, offer }: Starting, { refused, at }: AnswerOf<'started'>, config: RolloutConfig): Transition {
  if (refused !== null) return from.kind === 'running' ? restore(from, refused) : turnDown(from, refused)
  const { bytes, bundle, asking } = offer
  const { revision, sequence, services } = bundle.manifest
  const plan = planOf(config, services)
  const note: CandidateNote = {
    ...{ revision, sequence, origin: asking === null ? 'source' : 'operator', by: asking?.by ?? null, begun: at },
    ...{ step: plan.length === 0 ? null : 0, plan: digestOfPlan(plan), share: SHADOW },
  }
  const candidate = { bytes, bundle, note, plan }
  const before = noteOf(from)
  const last: LastNote | null = before && lastOf(before, replacedBy(asking), at)
  return stay({ kind: 'saving', from, candidate, asking }, { kind: 'save', bytes, note, last })
}

function afterSaving({ from, candidate, asking }: Saving, { error, at }: AnswerOf<'saved'>): Transition {
  if (error !== null) {
    const refusal = { kind: 'refused', code: 'state', message: `the candidate cannot be saved: ${error}` } as const
    // The previous candidate continues, also after a restart.
    return from.kind === 'running' ? restore(from, refusal) : stop(from, { kind: 'unsaved', refusal })
  }
  const before = noteOf(from)
  const ended = before === null ? [] : endEffects(before, replacedBy(asking), at)
  return stay(running(candidate, at), ...ended, announce('shadow', candidate.note, asking))
}

function afterMove({ from, note, asking }: Moving, { error, tally, at }: AnswerOf<'moved'>): Transition {
  if (error !== null)
    return fail(
      from,
      { code: 'state', message: `the next step of the candidate cannot be saved in \`bundle.state\`: ${error}` },
      at,
    )
  const before = tally === null ? NOTHING_COUNTED : countsOf(tally)
  const candidate = { ...from.candidate, note, since: at, before }
  return stay(
    { ...from, candidate, waits: note.step === null ? null : 'time', problem: null },
    announce(kindOf(note.share), note, asking),
  )
}

function afterPromotion({ from, asking }: Promoting, { refused, at }: AnswerOf<'promoted'>): Transition {
  const { note } = from.candidate
  if (refused === null) return stop(from, { kind: 'over', note, outcome: 'promoted', why: null, asking })
  const message = `a candidate is not promoted: ${refused.message}`
  return fail({ ...from, waits: 'refused', retryAt: at + RETRY }, { code: refused.code, message }, at, refused)
}

/** Returns the transition after a quarantine. The rollback happens even if its quarantine would not survive a restart yet. */
function afterQuarantine({ from, why, asking }: RollingBack, { refused, at }: AnswerOf<'quarantined'>): Transition {
  const unwritten = refused && {
    ...refused,
    message:
      'the policy is rolled back, but its quarantine cannot be saved in `bundle.state` and ends with the process: ' +
      `${refused.message}`,
  }
  return stop(from, { kind: 'over', note: noteOf(from), outcome: 'rolled-back', why, asking, unwritten }, [
    { kind: 'retry-quarantine', at: refused && at + RETRY },
  ])
}

function afterFinding({ from, note, offer }: Resuming, { found }: AnswerOf<'found'>, config: RolloutConfig): Transition {
  const over = { kind: 'over', note, asking: null, next: offer } as const
  switch (found.kind) {
    case 'serves':
      // The process was killed between promotion and its note.
      return stop(from, { ...over, outcome: 'promoted', why: null })
    case 'gone':
      return stop(from, { ...over, outcome: 'ended', why: GONE })
    case 'refused': {
      const tries = (from.kind === 'postponed' ? from.tries : 0) + 1
      return isTransient(found) && tries < TRIES
        ? stop(from, { kind: 'postponed', note, refused: found, tries })
        : stop(from, { ...over, outcome: 'ended', why: found })
    }
    case 'fit': {
      const { bytes, bundle } = found
      const plan = planOf(config, bundle.manifest.services)
      const noted = goOnWith(note, plan)
      const event = isSameShare(noted.share, note.share) ? 'resumed' : kindOf(noted.share)
      return rejoin(from, { bytes, bundle, note: noted, plan }, event)
    }
    default:
      return unreachable(found)
  }
}

function afterStop({ from, after }: Stopping, at: number): Transition {
  const { problem } = from
  switch (after.kind) {
    case 'over':
      return afterEnd({ kind: 'idle', problem }, after, at)
    case 'postponed':
      return stay(
        { kind: 'postponed', problem, note: after.note, tries: after.tries, at: at + RETRY },
        { kind: 'report', message: `the candidate cannot advance yet, and is tried again: ${after.refused.message}` },
        { kind: 'refuse', refusal: after.refused },
      )
    case 'unsaved':
      return turnDown(from, after.refusal)
    case 'superseded':
      return stay({ kind: 'idle', problem })
    default:
      return unreachable(after)
  }
}

function afterEnd(state: Idle, { note, unwritten = null, next = null, ...over }: Over, at: number): Transition {
  const effects: readonly RolloutCommand[] = [
    ...endEffects(note, over, at),
    { kind: 'note-end', note },
    ...(unwritten === null
      ? []
      : [{ kind: 'report', message: unwritten.message } as const, { kind: 'refuse', refusal: unwritten } as const]),
  ]
  return next === null ? stay(state, ...effects) : start(state, next, effects)
}
