import type { Residual } from '../../analysis/matrix/index.ts'
import type { DatedMatrix } from './judge-matrix.ts'
import { residueLine } from './words.ts'

/** What is left of a rule, where it stands once for all cells. */
export interface RuleNote {
  readonly number: number
  readonly effect: 'permit' | 'forbid'
  readonly residue: Residual
}

/** By the lines that they stand for. */
export type Notes = ReadonlyMap<string, RuleNote>

/** A thousand addresses in a condition would be as many in each cell of a page. So many characters are no burden. */
const SHORT = 500

/** What is long and left of a rule in several cells, in their order. */
export function notesOf({ rows }: DatedMatrix): Notes {
  const once = new Map<string, Omit<RuleNote, 'number'>>()
  const often = new Map<string, RuleNote>()
  const see = (effect: RuleNote['effect'], residue: Residual) => {
    const line = residueLine(effect, residue)
    if (line.length <= SHORT) return
    if (!once.has(line)) once.set(line, { effect, residue })
    else if (!often.has(line)) often.set(line, { number: often.size + 1, effect, residue })
  }
  for (const { permits, forbids } of rows.flatMap(({ cells }) => cells)) {
    for (const residue of permits) see('permit', residue)
    for (const residue of forbids) see('forbid', residue)
  }
  return often
}
