/** `npm run bench -- check`: parsing, checking and compiling generated policies, and compiling them again after an edit. */
import { tableOf } from '../table.ts'
import { buildProgram, type Case, type Measured, measureChecks } from './measure.ts'

const SIZES = [1_000, 3_000, 10_000] as const

const CASES: readonly Case[] = [
  ...(['parse', 'check', 'lint'] as const).flatMap((goal) => [
    ...SIZES.map((rules): Case => ({ rules, oneFile: false, goal })),
    { rules: 10_000, oneFile: true, goal } satisfies Case,
  ]),
  ...(['compile', 'bundle', 'edit', 'add', 'edit-bundle'] as const).flatMap((goal) =>
    [1_000, 10_000].map((rules): Case => ({ rules, oneFile: false, goal })),
  ),
]

/** @returns all that was measured, and a table of it */
export async function benchCheck(
  root: string,
  rounds: number,
): Promise<{ readonly figures: readonly Measured[]; readonly table: string }> {
  const figures = measureChecks(await buildProgram(root, 'program'), CASES, rounds)
  return { figures, table: writeTable(figures) }
}

function writeTable(figures: readonly Measured[]): string {
  const rows = figures.map((one) => [
    one.goal,
    String(one.rules),
    String(one.files),
    `${(one.size / 1e6).toFixed(2)} MB`,
    `${one.cpu.toFixed(0)} (${one.range.map((end) => end.toFixed(0)).join('–')})`,
    one.processCpu.toFixed(0),
    one.wall.toFixed(0),
    `${one.peak.toFixed(0)} MB`,
    growth(one, figures),
  ])
  return tableOf(['goal', 'rules', 'files', 'text', 'CPU ms (range)', 'process CPU', 'wall', 'peak', 'of 1,000'], rows)
}

/** How many times the processor time of the same with 1,000 rules. */
function growth({ goal, rules, cpu }: Measured, figures: readonly Measured[]): string {
  const small = figures.find((other) => other.goal === goal && other.rules === 1_000)
  return small === undefined || rules === 1_000 ? '' : `${(cpu / small.cpu).toFixed(1)}×`
}
