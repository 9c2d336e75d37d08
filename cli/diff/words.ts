import type { Change, Difference, Permissiveness } from '../../analysis/diff/index.ts'
import { count } from '../style.ts'

/** What a change is called: first what a reviewer looks for first. */
export const VERDICTS: Readonly<Record<Permissiveness, string>> = {
  'more-permissive': 'more permissive',
  incomparable: 'incomparable',
  unknown: 'unknown',
  'less-permissive': 'less permissive',
  other: 'other answer',
}

export function callerText(identity: string | null): string {
  return identity ?? 'anonymous'
}

/** The rules that decide in its witnesses, as the one policy and the other call them. */
export function rulesOf({ witnesses }: Change): { readonly before: readonly string[]; readonly after: readonly string[] } {
  const names = (which: 'before' | 'after') => [...new Set(witnesses.flatMap((witness) => witness[which].rules))].sort()
  return { before: names('before'), after: names('after') }
}

/** `1 more permissive, 2 other answers of 14`. */
export function summaryOf({ changes, compared }: Difference): string {
  const kinds = Object.entries(VERDICTS).flatMap(([verdict, name]) => {
    const found = changes.filter((change) => change.verdict === verdict).length
    return found === 0 ? [] : [`${found} ${name}`]
  })
  const all = `${count(compared, 'pair')} of route and caller`
  return kinds.length === 0 ? `equivalent, in ${all}` : `${kinds.join(', ')}, of ${all}`
}

/** What is declared in one alone or otherwise, a line each. */
export function declarationLines({ declarations: { added, removed, changed } }: Difference): readonly string[] {
  return [
    ...removed.map((what) => `- ${what}`),
    ...added.map((what) => `+ ${what}`),
    ...changed.map(({ what, before, after }) => `~ ${what}: ${before || 'nothing'} → ${after || 'nothing'}`),
  ]
}
