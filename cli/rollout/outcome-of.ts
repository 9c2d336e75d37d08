import type { RolloutReply } from './rollout-reply.ts'

/**
 * Replies, a second apart each, for which it is waited that a revision comes that is nowhere yet: who has just published it asks
 * before the proxy has looked.
 */
export const MOST_UNSEEN = 60

/** What is waited for. */
export interface Awaited {
  /** Null: there was no candidate, and nobody has named one. */
  readonly revision: string | null
  /** The first reply. */
  readonly first: RolloutReply
}

export function awaitedOf(first: RolloutReply, revision: string | null): Awaited {
  return { first, revision: revision ?? first.candidate?.revision ?? null }
}

/** What has become of the policy that is waited for. `unseen`: it is neither a candidate, nor was it last. */
export function outcomeOf(reply: RolloutReply, { revision, first }: Awaited): 'well' | 'not' | 'under-way' | 'unseen' {
  const { active, candidate, last, quarantined, lastError } = reply
  if (revision === null) return lastError === null && (last === null || last.outcome === 'promoted') ? 'well' : 'not'
  if (candidate?.revision === revision) {
    // It has passed all steps: the rest is for operators, as mostly is what keeps it from being promoted.
    if (candidate.waits === 'asked') return 'well'
    return candidate.waits === 'refused' ? 'not' : 'under-way'
  }
  if (active?.revision === revision) return 'well'
  if (quarantined === revision || last?.revision === revision || first.candidate?.revision === revision) return 'not'
  // Why the source's is refused, since somebody waits.
  return lastError !== null && lastError.at !== first.lastError?.at ? 'not' : 'unseen'
}
