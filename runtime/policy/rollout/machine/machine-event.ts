import type { Operator } from '../../../base/operator.ts'
import type { Bundle } from '../../bundle/read-bundle.ts'
import type { Tally } from '../../candidate/candidate.ts'
import type { PolicyRefusal } from '../../store/policy-target.ts'
import type { Noted } from '../find-noted.ts'
import type { CandidateNote, LastNote } from '../rollout-directory.ts'
import type { Wanted } from '../wanted-share.ts'

/** An event of the rollout, with its time in milliseconds since 1970. */
export type MachineEvent = Happening & { readonly at: number }

export type Happening = Outside | TaskAnswer

/**
 * Events from outside, which a rollout handles if it is not busy: from the source, the store, operators, timers and other
 * processes.
 */
export type Outside =
  /** The source has a bundle that fits and is not active. */
  | { readonly kind: 'offered'; readonly bytes: Uint8Array; readonly bundle: Bundle }
  /** An operator brings one. */
  | { readonly kind: 'brought'; readonly bytes: Uint8Array; readonly bundle: Bundle; readonly asking: Operator }
  /** The source has the active policy again. */
  | { readonly kind: 'withdrawn' }
  /** The store has activated a bundle that is no candidate, or was just offered again. */
  | { readonly kind: 'activated'; readonly revision: string }
  /** An operator sets the share. Null: shadow. */
  | { readonly kind: 'share-set'; readonly wanted: Wanted | null; readonly asking: Operator }
  /** `early`: even if the candidate has not passed all steps. */
  | { readonly kind: 'promotion-requested'; readonly early: boolean; readonly asking: Operator }
  | { readonly kind: 'rollback-requested'; readonly asking: Operator }
  /** Workers hang or end because of the candidate. */
  | { readonly kind: 'harm-found'; readonly why: NonNullable<LastNote['why']> }
  /** Time has passed. */
  | { readonly kind: 'ticked' }
  /** The processes have been asked for their tallies. */
  | {
      readonly kind: 'measured'
      readonly tally: Tally | null
      /** Revision of the active policy at that time, or `null` without one. */
      readonly active: string | null
      /** Whether the active policy has expired, so that it decides no more requests. */
      readonly isShut: boolean
    }
  /** Data have changed, which may be why a promotion was refused. */
  | { readonly kind: 'data-changed' }
  /** Another process has changed what is noted. */
  | { readonly kind: 'superseded' }
  /** A candidate is noted that this process does not have. */
  | { readonly kind: 'note-found'; readonly note: CandidateNote }
  /** Something has thrown that must not. */
  | { readonly kind: 'failed'; readonly message: string }

/** Events that answer a task. `error: null` means that a file was written; `refused: null` means that the task succeeded. */
export type TaskAnswer =
  | { readonly kind: 'started'; readonly refused: PolicyRefusal | null }
  | { readonly kind: 'saved'; readonly error: string | null }
  | { readonly kind: 'moved'; readonly error: string | null; readonly tally: Tally | null }
  | { readonly kind: 'promoted'; readonly refused: PolicyRefusal | null }
  | { readonly kind: 'quarantined'; readonly refused: PolicyRefusal | null }
  | { readonly kind: 'found'; readonly found: Noted }
  | { readonly kind: 'shared' }
  | { readonly kind: 'stopped' }
