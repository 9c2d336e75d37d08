import { isHeaderValue } from '../../runtime/abi/index.ts'
import type { DecisionStep, Expr, Program } from '../ir/index.ts'
import { mapPrograms, type Pass } from './pass.ts'

/**
 * Drops enforced steps that are never true, and those after a step that always decides. Preserves the results of `decide` and
 * `early`. `trace` keeps all steps, as an explanation says why they do not hold. A step that may wait for the body stays, as it
 * determines whether the body is read.
 */
export const dropDeadSteps: Pass = {
  name: 'drop-dead-steps',
  rewrite: null,
  local: null,
  run: (policy) => mapPrograms(policy, drop),
}

function drop(program: Program): Program {
  const alive = program.decide.filter((step) => !isDead(step))
  const last = alive.findIndex(settles)
  const decide = last < 0 ? alive : alive.filter((step, at) => at <= last || step.open !== null)
  return decide.length === program.decide.length ? program : { ...program, decide }
}

function isDead({ test, open }: DecisionStep): boolean {
  return isConstant(test, false) && (open === null || isConstant(open, false))
}

/** Whether the step holds for every caller and with any obligations, and nothing can cure it. */
function settles({ test, open, requires, limit, headers }: DecisionStep): boolean {
  const sent = headers.every(({ value }) => value.kind === 'Const' && isHeaderValue(String(value.value)))
  return isConstant(test, true) && open === null && requires.length === 0 && !limit?.by?.fails && sent
}

function isConstant(test: Expr, value: boolean): boolean {
  return test.kind === 'Const' && test.value === value
}
