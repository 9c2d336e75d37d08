import { prove } from '../../../analysis/index.ts'
import type { Model } from '../../../language/index.ts'
import { askInterpreter } from '../proofs/ask.ts'
import { readPolicy } from '../read-policy.ts'
import { largePolicy } from './large-policy.ts'
import { type Asked, questionsOf } from './translation/questions.ts'
import type { Solver, SolverAnswer } from './z3.ts'

export type Verdict = 'holds' | 'broken' | 'unknown'

export interface Beside {
  readonly invariant: string
  readonly proof: Verdict
  readonly solver: Verdict
}

/** What is proved of a policy's invariants, beside what z3 says of them. */
export async function besides(model: Model, solver: Solver): Promise<readonly Beside[]> {
  const told = await toldBy(solver, questionsOf(model))
  return prove(model, askInterpreter(model)).map(({ invariant, verdict }) => ({
    invariant: invariant.name,
    proof: verdict,
    solver: told.get(invariant.name) ?? 'unknown',
  }))
}

/** By invariant. One that is broken on some route is; one that holds holds on all, for every kind of caller. */
export async function toldBy(solver: Solver, { questions, unsupported }: Asked): Promise<ReadonlyMap<string, Verdict>> {
  const answers = new Map<string, Set<SolverAnswer>>()
  for (const { script, invariants, breaks, isLoose } of questions) {
    for (const [at, { name }] of invariants.entries()) {
      const before = answers.get(name) ?? new Set()
      // What is broken once is broken.
      if (before.has('sat')) continue
      const told = await solver.answer(script, breaks[at] as string)
      answers.set(name, before.add(told === 'sat' && isLoose ? 'unknown' : told))
    }
  }
  for (const { name } of unsupported.keys()) answers.set(name, (answers.get(name) ?? new Set()).add('unknown'))
  return new Map(
    [...answers].map(([name, told]) => [name, told.has('sat') ? 'broken' : told.has('unknown') ? 'unknown' : 'holds']),
  )
}

/** Of some with that seed the first that has no errors. */
export function checkedPolicy(seed: number): { readonly text: string; readonly model: Model } {
  for (let attempt = 0; attempt < 100; attempt++) {
    const text = largePolicy(100 * seed + attempt)
    const read = readPolicy({ 'policy.iap': text })
    if ('model' in read) return { text, model: read.model }
  }
  throw new Error(`none of the policies of seed ${seed} is without errors`)
}
