import type { Residual } from '../../analysis/matrix/index.ts'
import type { DatedMatrix } from './judge-matrix.ts'
import { residueLine } from './words.ts'

/** A long residual, written once for all cells. */
export interface RuleNote {
  readonly number: number
  readonly effect: 'permit' | 'forbid'
  readonly residue: Residual
}

/** Notes by the lines that they replace. */
export type Notes = ReadonlyMap<string, RuleNote>

/** The maximum length of a residual in a cell: a condition with a thousand addresses would be repeated in each. */
const SHORT = 500

/** Returns notes for long residuals in several cells, in order. */
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
