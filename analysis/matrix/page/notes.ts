import type { Residual } from '../index.ts'
import type { DatedMatrix } from './words.ts'
import { residualLine } from './words.ts'

/** A rule's conditions that are too long to repeat in each cell, and are therefore printed once as a numbered note. */
export interface RuleNote {
  readonly number: number
  readonly effect: 'permit' | 'forbid'
  readonly residual: Residual
}

/** Notes of an access matrix, each by the text of conditions that it replaces in cells. */
export type Notes = ReadonlyMap<string, RuleNote>

/** The maximum length of a residual in a cell: a condition with a thousand addresses would be repeated in each. */
const SHORT = 500

/** Returns a note for each text of rule conditions over 500 characters that several cells contain. Notes are numbered from 1. */
export function notesOf({ rows }: DatedMatrix): Notes {
  const once = new Map<string, Omit<RuleNote, 'number'>>()
  const often = new Map<string, RuleNote>()
  const see = (effect: RuleNote['effect'], residual: Residual) => {
    const line = residualLine(effect, residual)
    if (line.length <= SHORT) return
    if (!once.has(line)) once.set(line, { effect, residual })
    else if (!often.has(line)) often.set(line, { number: often.size + 1, effect, residual })
  }
  for (const { permits, forbids } of rows.flatMap(({ cells }) => cells)) {
    for (const residual of permits) see('permit', residual)
    for (const residual of forbids) see('forbid', residual)
  }
  return often
}
