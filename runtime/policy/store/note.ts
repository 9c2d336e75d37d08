import { canonicalJson, EXPIRY_NEED, type Manifest } from '../../abi/index.ts'

/** What was accepted. */
export interface Note {
  /** The highest; −1: there never was one. */
  readonly sequence: number
  /** Of the last good bundle. */
  readonly revision: string | null
  /** That was gone back from, and is not taken again. */
  readonly held: string | null
  /** The same of one that was a candidate, and never served. */
  readonly tried: string | null
}

export const NOTHING: Note = { sequence: -1, revision: null, held: null, tried: null }

export function isSameNote(a: Note, b: Note): boolean {
  return a.sequence === b.sequence && a.revision === b.revision && a.held === b.held && a.tried === b.tried
}

/** What was accepted stays accepted; what is held stays held until another policy comes than that which has served. */
export function noteOf(before: Note, { sequence, revision }: Pick<Note, 'sequence' | 'revision'>, gone: string | null): Note {
  if (gone !== null) return { ...before, revision, held: gone }
  const { held, tried } = before.revision === revision ? before : NOTHING
  return { sequence, revision, held, tried }
}

export function holds({ held, tried }: Note, revision: string): boolean {
  return held === revision || tried === revision
}

/** The same files and the same promises: only what may change from build to build does, and until when it counts. */
export function isSamePolicy(a: Manifest, b: Manifest): boolean {
  const promises = ({ sequence, compiler, tests, expires, needs, ...rest }: Manifest) =>
    canonicalJson({ ...rest, needs: needs.filter((need) => need !== EXPIRY_NEED) })
  return a.revision === b.revision && promises(a) === promises(b)
}
