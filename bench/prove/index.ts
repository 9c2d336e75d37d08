/** `npm run bench -- prove`: proving the invariants of generated policies. */
import { buildProgram, runRounds } from '../run-program.ts'
import { tableOf } from '../table.ts'
import type { Size } from './generate-policy.ts'
import type { Run } from './program.ts'

const SIZES: readonly Size[] = [
  { rules: 1_000, routes: 100, invariants: 20 },
  { rules: 10_000, routes: 100, invariants: 20 },
  { rules: 10_000, routes: 1_000, invariants: 20 },
]

export interface Measured extends Size, Run {}

export async function measureProofs(root: string, sizes: readonly Size[], rounds: number): Promise<readonly Measured[]> {
  const program = await buildProgram(root, 'bench/prove/program.ts')
  return sizes.map((size) => {
    const { first, median } = runRounds<Run>(program, [size.rules, size.routes, size.invariants].map(String), rounds)
    return {
      ...size,
      cpu: median(({ cpu }) => cpu),
      wall: median(({ wall }) => wall),
      peak: median(({ peak }) => peak),
      verdicts: first.verdicts,
    }
  })
}

/** @returns all that was measured, and a table of it */
export async function benchProve(
  root: string,
  rounds: number,
): Promise<{ readonly figures: readonly Measured[]; readonly table: string }> {
  const figures = await measureProofs(root, SIZES, rounds)
  const rows = figures.map(({ rules, routes, invariants, cpu, wall, peak, verdicts }) => {
    const of = (wanted: string) => verdicts.filter((one) => one === wanted).length
    const told = `${of('holds')} hold, ${of('broken')} broken, ${of('unknown')} unknown`
    return [String(rules), String(routes), String(invariants), cpu.toFixed(0), wall.toFixed(0), `${peak.toFixed(0)} MB`, told]
  })
  return { figures, table: tableOf(['rules', 'routes', 'invariants', 'CPU ms', 'wall', 'peak', 'proved'], rows) }
}
