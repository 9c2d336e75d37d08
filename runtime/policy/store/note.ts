import { canonicalJson, EXPIRY_NEED, type Manifest } from '../../abi/index.ts'

export interface AcceptedNote {
  /** The highest; −1: none. */
  readonly sequence: number
  /** Of the last good bundle. */
  readonly revision: string | null
  /** Rolled back, and not accepted again. */
  readonly quarantined: string | null
  /** The same of a candidate that was never active. */
  readonly tried: string | null
}

export const NOTHING_ACCEPTED: AcceptedNote = { sequence: -1, revision: null, quarantined: null, tried: null }

export function isSameNote(a: AcceptedNote, b: AcceptedNote): boolean {
  return a.sequence === b.sequence && a.revision === b.revision && a.quarantined === b.quarantined && a.tried === b.tried
}

/** Keeps the highest sequence; quarantines last until another policy than the previous one is accepted. */
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

/** Whether files and promises are equal, apart from what changes with each build and the expiry. */
export function isSamePolicy(a: Manifest, b: Manifest): boolean {
  const promises = ({ sequence, compiler, tests, expires, needs, ...rest }: Manifest) =>
    canonicalJson({ ...rest, needs: needs.filter((need) => need !== EXPIRY_NEED) })
  return a.revision === b.revision && promises(a) === promises(b)
}
