import type { RolloutReply } from './rollout-reply.ts'

/**
 * Replies, a second apart each, for which it is waited that a revision comes that is nowhere yet: who has just published it asks
 * before the proxy has looked.
 */
export const MOST_UNSEEN = 60

/** What is waited for. */
export interface Awaited {
  /** Null: nothing was on trial, and nobody has named one. */
  readonly revision: string | null
  /** The first reply. */
  readonly first: RolloutReply
}

export function awaitedOf(first: RolloutReply, revision: string | null): Awaited {
  return { first, revision: revision ?? first.trial?.revision ?? null }
}

/** What has become of the policy that is waited for. `unseen`: it is neither on trial, nor was it last. */
export function outcomeOf(reply: RolloutReply, { revision, first }: Awaited): 'well' | 'not' | 'under-way' | 'unseen' {
  const { active, trial, last, held, lastError } = reply
  if (revision === null) return lastError === null && (last === null || last.outcome === 'promoted') ? 'well' : 'not'
  if (trial?.revision === revision) {
    // It has passed all steps: the rest is for operators, as mostly is what keeps it from being promoted.
    if (trial.waits === 'asked') return 'well'
    return trial.waits === 'refused' ? 'not' : 'under-way'
  }
  if (active?.revision === revision) return 'well'
  if (held === revision || last?.revision === revision || first.trial?.revision === revision) return 'not'
  // Why the source's is refused, since somebody waits.
  return lastError !== null && lastError.at !== first.lastError?.at ? 'not' : 'unseen'
}
