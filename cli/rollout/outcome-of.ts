import type { RolloutReply } from './rollout-reply.ts'

/**
 * The number of polls, one per second, during which a revision may be unknown to the proxy. A published policy is not loaded at
 * once.
 */
export const MOST_UNSEEN = 60

/** The policy for whose rollout a command waits, and the first reply of the proxy. */
export interface Awaited {
  /** Revision of the awaited policy; null if the command names none and there is no candidate. */
  readonly revision: string | null
  readonly first: RolloutReply
}

export function awaitedOf(first: RolloutReply, revision: string | null): Awaited {
  return { first, revision: revision ?? first.candidate?.revision ?? null }
}

/**
 * Returns the state of the awaited rollout: succeeded (`well`), failed (`not`), or in progress (`under-way`). `unseen`: the proxy
 * does not know the revision.
 */
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
