import { canonicalJson, EXPIRY_NEED, type Manifest } from '../../abi/index.ts'

/** What was accepted. */
export interface AcceptedNote {
  /** The highest; −1: there never was one. */
  readonly sequence: number
  /** Of the last good bundle. */
  readonly revision: string | null
  /** That was gone back from, and is not taken again. */
  readonly quarantined: string | null
  /** The same of one that was a candidate, and never served. */
  readonly tried: string | null
}

export const NOTHING_ACCEPTED: AcceptedNote = { sequence: -1, revision: null, quarantined: null, tried: null }

export function isSameNote(a: AcceptedNote, b: AcceptedNote): boolean {
  return a.sequence === b.sequence && a.revision === b.revision && a.quarantined === b.quarantined && a.tried === b.tried
}

/** What was accepted stays accepted; what is held stays held until another policy comes than that which has served. */
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

/** The same files and the same promises: only what may change from build to build does, and until when it counts. */
export function isSamePolicy(a: Manifest, b: Manifest): boolean {
  const promises = ({ sequence, compiler, tests, expires, needs, ...rest }: Manifest) =>
    canonicalJson({ ...rest, needs: needs.filter((need) => need !== EXPIRY_NEED) })
  return a.revision === b.revision && promises(a) === promises(b)
}
