import type { Change, Difference, Permissiveness } from '../../analysis/diff/index.ts'
import { count } from '../style.ts'

/** Texts for the kinds of difference, in the order of importance for reviewers. */
export const VERDICTS: Readonly<Record<Permissiveness, string>> = {
  'more-permissive': 'more permissive',
  incomparable: 'incomparable',
  unknown: 'unknown',
  'less-permissive': 'less permissive',
  other: 'other answer',
}

/** Returns the kind of a change in words. An unknown one says if at least it is proved that nothing more is permitted. */
export function verdictText({ verdict, mayPermitMore }: Pick<Change, 'verdict' | 'mayPermitMore'>): string {
  return verdict === 'unknown' && !mayPermitMore ? `${VERDICTS.unknown}, but permits nothing more` : VERDICTS[verdict]
}

export function callerText(identity: string | null): string {
  return identity ?? 'anonymous'
}

/**
 * Returns the names of the rules that decide the example requests of a difference, under the older policy and under the newer
 * one.
 */
export function rulesOf({ witnesses }: Change): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const names = (which: 'before' | 'after') => [...new Set(witnesses.flatMap((witness) => witness[which].rules))].sort()
  return { before: names('before'), after: names('after') }
}

/** Returns a summary of the differences: `1 more permissive, 1 unknown, of 14 pairs of route and caller`. */
export function summaryOf({ changes, compared }: Difference): string {
  const kinds = Object.entries(VERDICTS).flatMap(([verdict, name]) => {
    const found = changes.filter((change) => change.verdict === verdict).length
    return found === 0 ? [] : [`${found} ${name}`]
  })
  const all = `${count(compared, 'pair')} of route and caller`
  return kinds.length === 0 ? `equivalent, in ${all}` : `${kinds.join(', ')}, of ${all}`
}

/** Returns the added, removed and changed declarations, one per line. */
export function declarationLines({ declarations: { added, removed, changed } }: Difference): readonly string[] {
  return [
    ...removed.map((what) => `- ${what}`),
    ...added.map((what) => `+ ${what}`),
    ...changed.map(({ what, before, after }) => `~ ${what}: ${before || 'nothing'} → ${after || 'nothing'}`),
  ]
}
