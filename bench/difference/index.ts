/** `npm run bench -- difference`: what it takes to tell what a change changes, over all requests. */
import { tableOf } from '../table.ts'
import { CHANGES, type Measured, measureDifference } from './measure.ts'

const SIZES = [100, 1_000, 10_000] as const

export async function benchDifference(
  rounds: number,
): Promise<{ readonly figures: readonly Measured[]; readonly table: string }> {
  const figures: Measured[] = []
  for (const rules of SIZES)
    for (const change of CHANGES) figures.push(await measureDifference(rules, change, rules > 1_000 ? 1 : rounds))
  const rows = figures.map(({ rules, change, check, difference, verdicts }) => [
    String(rules),
    change,
    check.toFixed(0),
    difference.toFixed(0),
    verdicts.join(', ') || 'equivalent',
  ])
  return { figures, table: tableOf(['rules', 'against', 'check ms', 'difference ms', 'found'], rows) }
}
