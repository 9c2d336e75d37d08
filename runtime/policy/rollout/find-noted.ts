import type { Bundle } from '../bundle/read-bundle.ts'
import type { PolicyStore } from '../store/policy-store.ts'
import type { PolicyRefusal } from '../store/policy-target.ts'
import type { CandidateNote } from './rollout-directory.ts'
import type { RolloutNotes } from './rollout-notes.ts'

/**
 * Result of looking for the stored bundle of the candidate that a note on disk names. `fit`: found and acceptable. `serves`: the
 * candidate was promoted and is active. `gone`: the bundle is missing or was replaced.
 */
export type Noted =
  | { readonly kind: 'fit'; readonly bundle: Bundle; readonly bytes: Uint8Array }
  | { readonly kind: 'serves' }
  | { readonly kind: 'gone' }
  | PolicyRefusal

export async function findNoted(
  { revision }: CandidateNote,
  notes: Pick<RolloutNotes, 'bundle'>,
  store: Pick<PolicyStore, 'vet'>,
): Promise<Noted> {
  const bytes = await notes.bundle()
  if (bytes === null) return { kind: 'gone' }
  const vetted = await store.vet(bytes)
  if (vetted.kind === 'serves') return { kind: 'serves' }
  if (vetted.kind === 'refused') return vetted
  return vetted.bundle.manifest.revision === revision ? { ...vetted, bytes } : { kind: 'gone' }
}
