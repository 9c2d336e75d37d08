import type { Operator } from '../../../base/operator.ts'
import type { Bundle } from '../../bundle/read-bundle.ts'
import type { Share } from '../../candidate/candidate.ts'
import type { CandidateNote, LastNote } from '../rollout-directory.ts'
import type { Declined, RolloutEvent } from '../rollout-status.ts'

/** An action to carry out after a state transition. Actions of a transition are carried out in order. */
export type RolloutEffect = RolloutCommand | RolloutTask

/** Action of a state transition that is carried out without an answer: no event reports its result. */
export type RolloutCommand =
  /** The caller gets this. */
  | { readonly kind: 'refuse'; readonly refusal: Declined }
  /** Report a failure that is retried. */
  | { readonly kind: 'report'; readonly message: string }
  /** Keep how the last candidate ended. */
  | { readonly kind: 'record-last'; readonly last: LastNote }
  | { readonly kind: 'announce'; readonly event: RolloutEvent; readonly asking: Operator | null }
  /** Tell the store that the source's bundle is neither candidate nor active. */
  | { readonly kind: 'differ'; readonly why: NonNullable<LastNote['why']> }
  /** Poll the source from this time on, if there is no candidate. */
  | { readonly kind: 'poll-source'; readonly at: number }
  /** Write the quarantine again at this time; null: it is written. */
  | { readonly kind: 'retry-quarantine'; readonly at: number | null }
  /** Remove the note of a candidate. */
  | { readonly kind: 'note-end'; readonly note: CandidateNote }

/** An action whose completion produces an event. A transition has at most one task, as its last action. */
export type RolloutTask =
  /** Prepare a candidate in all processes, in shadow, replacing theirs. */
  | { readonly kind: 'start'; readonly bundle: Bundle }
  /** Write a new candidate to disk. `last`: the end of the previous one. */
  | { readonly kind: 'save'; readonly bytes: Uint8Array; readonly note: CandidateNote; readonly last: LastNote | null }
  /** Note a share, and only then apply it. */
  | { readonly kind: 'move'; readonly note: CandidateNote }
  | { readonly kind: 'share'; readonly share: Share }
  | { readonly kind: 'promote'; readonly bytes: Uint8Array; readonly asking: Operator | null }
  /** Stop the candidate, then quarantine it. */
  | { readonly kind: 'quarantine'; readonly revision: string }
  | { readonly kind: 'stop' }
  /** Read a noted candidate, check it, and prepare it in all processes. */
  | { readonly kind: 'resume'; readonly note: CandidateNote }
  | { readonly kind: 'measure' }
