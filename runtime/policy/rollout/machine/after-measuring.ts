import { currentStep } from '../active-rollout.ts'
import { countedSince, countsOf, NOTHING_COUNTED } from '../counts.ts'
import { judgeStep } from '../judge-step.ts'
import type { RolloutConfig } from '../rollout-config.ts'
import { SHUT, whyOver } from '../why.ts'
import { end, fail, move, promote, rollBack, stay, stop, type Transition } from './enter-state.ts'
import type { MachineEvent } from './machine-event.ts'
import type { Running } from './rollout-state.ts'

/**
 * Returns the transition after the tallies of a candidate were measured: it ends, is rolled back, is promoted, moves to its
 * next step, or waits.
 */
export function afterMeasuring(
  before: Running,
  { tally, active, isShut, at }: Extract<MachineEvent, { kind: 'measured' }>,
  config: RolloutConfig,
): Transition {
  const state: Running = { ...before, tally }
  const { candidate } = state
  const { note } = candidate
  // Another process has promoted it.
  if (tally === null && active === note.revision)
    return stop(state, { kind: 'over', note, outcome: 'promoted', why: null, asking: null })
  const why = whyOver(tally, candidate.bundle.manifest, at)
  if (tally === null || why !== null) return end(state, note, why)
  const counts = countedSince(countsOf(tally), candidate.before)
  if (counts === null) {
    // Counts of workers that are gone may be lost: the step begins again.
    const again = { ...candidate, since: at, before: NOTHING_COUNTED }
    return stay({ ...state, candidate: again, waits: note.step === null ? null : 'time' })
  }
  const verdict = judgeStep(counts, at - candidate.since, currentStep(candidate), config)
  if (verdict.kind === 'back') return rollBack(state, { why: verdict.breach, asking: null })
  if (isShut) return openAgain(state, at)
  return verdict.kind === 'waits' ? stay({ ...state, waits: verdict.for }) : afterStep(state, config, at)
}

/** Returns the transition if no policy is active, so that nothing can be compared: an automatic rollout does not wait. */
function openAgain(state: Running, at: number): Transition {
  const { origin, step } = state.candidate.note
  if (origin === 'operator' && step === null) return fail(state, { code: 'expired', message: SHUT }, at)
  return promoteWhenDue(state, at)
}

/** Returns the transition to the next step. After the last step, the candidate is promoted or waits for an operator. */
function afterStep(state: Running, config: RolloutConfig, at: number): Transition {
  const { note, plan } = state.candidate
  const step = (note.step as number) + 1
  const next = plan[step]
  if (next !== undefined) return move(state, { ...note, share: next.share, step }, null)
  return config.promote === 'asked' ? stay({ ...state, waits: 'asked' }) : promoteWhenDue(state, at)
}

function promoteWhenDue(state: Running, at: number): Transition {
  return at >= state.retryAt ? promote(state, null) : stay(state)
}
