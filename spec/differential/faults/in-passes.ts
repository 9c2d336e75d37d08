/** Mistakes that single passes could make. */
import { type Expr, mapChildren, mapPrograms, type Step } from '../../../compiler/index.ts'
import { type Fault, inIr } from './fault.ts'

export const inPasses: readonly Fault[] = [
  inDecide('what is shared is taken for something else that is shared', () => {
    const first = new Map<string, Expr>()
    const deep = (expression: Expr): Expr => {
      const after = mapChildren(expression, deep)
      if (after.kind !== 'Shared') return after
      const known = first.get(after.type.kind) ?? after
      first.set(after.type.kind, known)
      return known
    }
    return (steps) => steps.map((step) => ({ ...step, test: deep(step.test) }))
  }),
]

/** In the steps that `decide` has, and no other function; `make` is asked once for every program. */
function inDecide(name: string, make: () => (steps: readonly Step[]) => readonly Step[]): Fault {
  return inIr(name, (policy) => mapPrograms(policy, (program) => ({ ...program, decide: make()(program.decide) })))
}
