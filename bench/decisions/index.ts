/** `npm run bench -- decisions`: policies compiled and by hand. */
import { tableOf } from '../table.ts'
import { buildProgram, type Case, type Measured, measureDecisions } from './measure.ts'

const SIZES = [10, 40, 100, 1_000, 10_000] as const
/** 1, 10, 100 and 303 departments. */
const HOSPITALS = [33, 330, 3_300, 9_999] as const
const EFFORT = { warm: 2_000_000, milliseconds: 700 }

/**
 * @param sizes numbers of rules; all of them where left out
 * @returns all that was measured, and a table of it
 */
export async function benchDecisions(
  root: string,
  rounds: number,
  sizes: readonly number[] | undefined,
): Promise<{ readonly figures: readonly Measured[]; readonly table: string }> {
  const cases = (['caller', 'mixed', 'hospital'] as const).flatMap((scenario) =>
    (['routed', 'known'] as const).flatMap((row) =>
      (sizes ?? (scenario === 'hospital' ? HOSPITALS : SIZES)).map((size): Case => ({ scenario, row, size })),
    ),
  )
  const figures = measureDecisions(await buildProgram(root), cases, rounds, EFFORT)
  return { figures, table: writeTable(figures) }
}

/** What the rows are called in the goals. */
function titleOf({ scenario, row }: Case): string {
  if (row === 'routed') return 'routing included'
  return scenario === 'caller' ? 'route known, facts at hand' : 'route known'
}

function writeTable(figures: readonly Measured[]): string {
  const rows = figures.map((one) => [
    one.scenario,
    titleOf(one),
    String(one.rules),
    ...(['iap', 'by-hand', 'bit-test'] as const).map((engine) => one.engines[engine]?.toFixed(1) ?? ''),
    `${one.ratio.toFixed(2)}×`,
    ofForty(one, figures),
  ])
  return tableOf(['policy', '', 'rules', 'iap ns', 'by hand ns', 'bit test ns', 'iap / by hand', 'iap, of 40 rules'], rows)
}

/** How many times what the same costs at 40 rules. */
function ofForty(one: Measured, figures: readonly Measured[]): string {
  const small = figures.find(({ scenario, row, size }) => scenario === one.scenario && row === one.row && size === 40)
  return small === undefined || one.size <= 40
    ? ''
    : `${((one.engines.iap as number) / (small.engines.iap as number)).toFixed(2)}×`
}
