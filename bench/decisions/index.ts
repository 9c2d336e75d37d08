/** `npm run bench -- decisions`: generated policies, compiled and by hand. */
import { tableOf } from '../table.ts'
import { buildProgram, type Case, type Measured, measureDecisions } from './measure.ts'

const SIZES = [10, 40, 100, 1_000, 10_000] as const
const EFFORT = { warm: 2_000_000, milliseconds: 700 }

/**
 * @param sizes numbers of rules; all of them where left out
 * @returns all that was measured, and a table of it
 */
export async function benchDecisions(
  root: string,
  rounds: number,
  sizes: readonly number[] = SIZES,
): Promise<{ readonly figures: readonly Measured[]; readonly table: string }> {
  const cases = (['caller', 'mixed'] as const).flatMap((variant) =>
    (['routed', 'known'] as const).flatMap((row) => sizes.map((rules): Case => ({ variant, row, rules }))),
  )
  const figures = measureDecisions(await buildProgram(root), cases, rounds, EFFORT)
  return { figures, table: writeTable(figures) }
}

/** What the rows are called in the goals. */
function titleOf({ variant, row }: Case): string {
  if (row === 'routed') return 'routing included'
  return variant === 'caller' ? 'route known, facts at hand' : 'route known'
}

function writeTable(figures: readonly Measured[]): string {
  const rows = figures.map((one) => {
    const { iap, 'by-hand': byHand, 'bit-test': bitTest } = one.engines
    const ns = (time: number | undefined) => (time === undefined ? '' : time.toFixed(1))
    return [
      one.variant,
      titleOf(one),
      String(one.rules),
      ns(iap),
      ns(byHand),
      `${(one.ratios.iap as number).toFixed(2)}×`,
      ns(bitTest),
      ofForty(one, figures),
    ]
  })
  return tableOf(['conditions', '', 'rules', 'iap ns', 'by hand ns', 'iap / by hand', 'bit test ns', 'iap, of 40 rules'], rows)
}

/** How many times what the same costs at 40 rules. */
function ofForty(one: Measured, figures: readonly Measured[]): string {
  const small = figures.find(({ variant, row, rules }) => variant === one.variant && row === one.row && rules === 40)
  return small === undefined || one.rules <= 40
    ? ''
    : `${((one.engines.iap as number) / (small.engines.iap as number)).toFixed(2)}×`
}
