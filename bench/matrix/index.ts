/** `npm run bench -- matrix`: who can do what, of generated policies. */
import { buildProgram, runRounds } from '../run-program.ts'
import { tableOf } from '../table.ts'
import type { Run } from './program.ts'

export interface Size {
  readonly rules: number
  readonly routes: number
}

const SIZES: readonly Size[] = [
  { rules: 100, routes: 20 },
  { rules: 1_000, routes: 100 },
]

export interface Measured extends Size, Run {}

export async function measureMatrix(root: string, sizes: readonly Size[], rounds: number): Promise<readonly Measured[]> {
  const program = await buildProgram(root, 'bench/matrix/program.ts')
  return sizes.map((size) => {
    const { first, median } = runRounds<Run>(program, [size.rules, size.routes].map(String), rounds)
    return {
      ...size,
      cpu: median(({ cpu }) => cpu),
      wall: median(({ wall }) => wall),
      cells: median(({ cells }) => cells),
      peak: median(({ peak }) => peak),
      verdicts: first.verdicts,
    }
  })
}

/** @returns all that was measured, and a table of it */
export async function benchMatrix(
  root: string,
  rounds: number,
): Promise<{ readonly figures: readonly Measured[]; readonly table: string }> {
  const figures = await measureMatrix(root, SIZES, rounds)
  const rows = figures.map(({ rules, routes, cpu, cells, wall, peak, verdicts }) => {
    const told = Object.entries(verdicts).map(([verdict, amount]) => `${amount} ${verdict}`)
    return [
      String(rules),
      String(routes),
      cpu.toFixed(0),
      cells.toFixed(0),
      wall.toFixed(0),
      `${peak.toFixed(0)} MB`,
      told.join(', '),
    ]
  })
  return { figures, table: tableOf(['rules', 'routes', 'CPU ms', 'of these cells', 'wall', 'peak', 'says'], rows) }
}
