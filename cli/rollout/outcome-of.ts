import type { RolloutReply } from './rollout-reply.ts'

/** Replies, a second apart, to wait for an unknown revision: after publishing, the proxy may not have looked yet. */
export const MOST_UNSEEN = 60

/** The event for which a command waits. */
export interface Awaited {
  /** Revision of the awaited policy; null if there was no candidate, and the command named none. */
  readonly revision: string | null
  readonly first: RolloutReply
}

export function awaitedOf(first: RolloutReply, revision: string | null): Awaited {
  return { first, revision: revision ?? first.candidate?.revision ?? null }
}

/** Returns the outcome of the awaited policy. `unseen`: the policy is neither a candidate, nor was it the last one. */
export function outcomeOf(reply: RolloutReply, { revision, first }: Awaited): 'well' | 'not' | 'under-way' | 'unseen' {
  const { active, candidate, last, quarantined, lastError } = reply
  if (revision === null) return lastError === null && (last === null || last.outcome === 'promoted') ? 'well' : 'not'
  if (candidate?.revision === revision) {
    // It has passed all steps; operators decide about the rest.
    if (candidate.waits === 'asked') return 'well'
    return candidate.waits === 'refused' ? 'not' : 'under-way'
  }
  if (active?.revision === revision) return 'well'
  if (quarantined === revision || last?.revision === revision || first.candidate?.revision === revision) return 'not'
  // A policy of the source was refused after the wait began.
  return lastError !== null && lastError.at !== first.lastError?.at ? 'not' : 'unseen'
}
