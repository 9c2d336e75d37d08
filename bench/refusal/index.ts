/** `npm run bench -- refusal`: what a refusal costs, with what the proxy records of it, beside a permit. */
import { buildProgram } from '../run-program.ts'
import { tableOf } from '../table.ts'
import { type Case, type Measured, measureRefusals, ROWS } from './measure.ts'

const SIZES = [10, 100, 1_000, 10_000] as const
/** A large policy has more functions to be optimized. */
export const REFUSAL_EFFORT = { warm: 1_000_000, warmPerRule: 400, milliseconds: 400 }

export const REFUSAL_CASES: readonly Case[] = [
  ...(['caller', 'mixed'] as const).flatMap((scenario) => SIZES.map((size): Case => ({ scenario, size }))),
  ...[33, 330, 3_300, 9_999].map((size): Case => ({ scenario: 'hospital', size })),
  { scenario: 'shop', size: 0 },
]

/** @returns all that was measured, and a table of it */
export async function benchRefusal(
  root: string,
  rounds: number,
): Promise<{ readonly figures: readonly Measured[]; readonly table: string }> {
  const program = await buildProgram(root, 'bench/refusal/program.ts')
  const figures = measureRefusals(program, root, REFUSAL_CASES, rounds, REFUSAL_EFFORT)
  return { figures, table: writeTable(figures) }
}

function writeTable(figures: readonly Measured[]): string {
  const rows = figures.map(({ scenario, rules, times, ratio, ratioExplained }) => [
    scenario,
    String(rules),
    ...ROWS.map((row) => times[row].toFixed(0)),
    `${ratio.toFixed(1)}×`,
    `${ratioExplained.toFixed(1)}×`,
  ])
  const head = [
    'policy',
    'rules',
    'permit ns',
    'decided ns',
    'refusal ns',
    'explained ns',
    'refusal / permit',
    'explained / permit',
  ]
  return tableOf(head, rows)
}
