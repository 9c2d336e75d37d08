import type { CandidateNote, LastNote } from '../rollout-directory.ts'
import { OVERTAKEN, pauseAfter, WITHDRAWN } from '../why.ts'
import type { RolloutCommand } from './rollout-effect.ts'
import type { CandidateEnd } from './rollout-state.ts'

/**
 * Returns the commands to carry out after a candidate has ended: they record and announce the end, and inform the policy store
 * and the source.
 */
export function endEffects(note: CandidateNote, over: CandidateEnd, at: number): readonly RolloutCommand[] {
  const { revision, sequence, share, origin } = note
  const { outcome, why, asking } = over
  const last = lastOf(note, over, at)
  const effects: RolloutCommand[] = [{ kind: 'record-last', last }]
  const isTakenBack = why === WITHDRAWN || why === OVERTAKEN
  // An operator's candidate may have displaced the source's bundle.
  if (outcome !== 'promoted' && !isTakenBack && (origin === 'operator' || outcome === 'ended'))
    effects.push({ kind: 'poll-source', at: at + pauseAfter(why) })
  if (outcome === 'ended' && origin === 'source' && last.why !== null && !isTakenBack)
    effects.push({ kind: 'differ', why: last.why })
  effects.push({ kind: 'announce', event: { kind: outcome, revision, sequence, share, why: last.why }, asking })
  return effects
}

export function lastOf({ revision, sequence }: CandidateNote, { outcome, why, asking }: CandidateEnd, at: number): LastNote {
  const reason = why && { code: why.code, message: why.message }
  return { revision, sequence, outcome, why: reason, by: asking?.by ?? null, at }
}
