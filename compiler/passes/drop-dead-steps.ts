import type { Program, Step } from '../ir/index.ts'
import { mapPrograms, type Pass } from './pass.ts'

/**
 * Steps that are never true go; steps after one that always decides are never reached. Keeps the outcome of `decide`, and in `trace` the
 * rules and errors, as a constant test neither decides nor errs. What always decides does not make others untrue, so `trace` keeps those.
 */
export const dropDeadSteps: Pass = {
  name: 'drop-dead-steps',
  run: (policy) => mapPrograms(policy, drop),
}

function drop(program: Program): Program {
  const decide = program.decide.filter((step) => !isConstant(step, false))
  const last = decide.findIndex((step) => isConstant(step, true))
  return {
    ...program,
    decide: last < 0 ? decide : decide.slice(0, last + 1),
    trace: program.trace.filter((step) => !isConstant(step, false)),
  }
}

function isConstant({ test }: Step, value: boolean): boolean {
  return test.kind === 'Const' && test.value === value
}
