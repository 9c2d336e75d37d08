import { canonicalJson, EXPIRY_NEED, type Manifest } from '../../abi/index.ts'

export interface AcceptedNote {
  /** Highest accepted sequence number, or −1 if none was accepted. */
  readonly sequence: number
  /** Revision of the last good bundle, or `null` without one. */
  readonly revision: string | null
  /** Revision that was rolled back and is not accepted again, or `null` without one. */
  readonly quarantined: string | null
  /** Revision of a candidate that was rolled back before it was active and is not accepted again, or `null` without one. */
  readonly tried: string | null
}

export const NOTHING_ACCEPTED: AcceptedNote = { sequence: -1, revision: null, quarantined: null, tried: null }

export function isSameNote(a: AcceptedNote, b: AcceptedNote): boolean {
  return a.sequence === b.sequence && a.revision === b.revision && a.quarantined === b.quarantined && a.tried === b.tried
}

/**
 * Returns the note of accepted and quarantined policies to write after a bundle was accepted. It keeps the highest sequence
 * number. A quarantine remains until a policy with another revision is accepted.
 */
export function noteOf(
  before: AcceptedNote,
  { sequence, revision }: Pick<AcceptedNote, 'sequence' | 'revision'>,
  gone: string | null,
): AcceptedNote {
  if (gone !== null) return { ...before, revision, quarantined: gone }
  const { quarantined, tried } = before.revision === revision ? before : NOTHING_ACCEPTED
  return { sequence, revision, quarantined, tried }
}

export function holds({ quarantined, tried }: AcceptedNote, revision: string): boolean {
  return quarantined === revision || tried === revision
}

/** Returns whether two manifests describe the same policy: all is equal except the expiry and what changes with each build. */
export function isSamePolicy(a: Manifest, b: Manifest): boolean {
  const promises = ({ sequence, compiler, tests, expires, needs, ...rest }: Manifest) =>
    canonicalJson({ ...rest, needs: needs.filter((need) => need !== EXPIRY_NEED) })
  return a.revision === b.revision && promises(a) === promises(b)
}
