/** `npm run bench -- z3`: the questions of `prove` and `difference`, asked of z3 as well. */
import { buildProgram, run } from '../run-program.ts'
import { tableOf } from '../table.ts'
import type { Run } from './program.ts'

const SIZES = [1_000, 10_000] as const
const TASKS = ['prove', 'difference'] as const

export interface Measured extends Run {
  readonly task: (typeof TASKS)[number]
  readonly rules: number
}

export async function measureBesideSolver(root: string, rules: readonly number[]): Promise<readonly Measured[]> {
  const program = await buildProgram(root, 'bench/solver/program.ts')
  return TASKS.flatMap((task) => rules.map((size) => ({ task, rules: size, ...run<Run>(program, [task, String(size)]) })))
}

/** @returns all that was measured, and a table of it */
export async function benchSolver(root: string): Promise<{ readonly figures: readonly Measured[]; readonly table: string }> {
  // z3 takes minutes: one round.
  const figures = await measureBesideSolver(root, SIZES)
  const rows = figures.map(({ task, rules, own, solver, questions, answered, different }) => [
    task,
    String(rules),
    own.toFixed(0),
    solver.toFixed(0),
    (solver / own).toFixed(1),
    String(questions),
    String(answered),
    String(different),
  ])
  return {
    figures,
    table: tableOf(['task', 'rules', 'CPU ms', 'z3 CPU ms', 'ratio', 'questions', 'both answer', 'of these differ'], rows),
  }
}
