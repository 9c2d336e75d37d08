/** Which small mistakes of a policy change an answer, found out by asking every request of a small domain. */

import { compile } from '../../compiler/index.ts'
import { type CheckedPaths, createLoader } from '../../compiler/project/index.ts'
import { applyEdits, type Mutant } from '../../compiler/testing/index.ts'
import type { Model } from '../../language/index.ts'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { evaluate } from '../../runtime/policy/index.ts'

/** What becomes of a mutant, with the first request of the domain that it answers otherwise. */
export type Verdict =
  | { readonly kind: 'inequivalent'; readonly witness: EvalRequest }
  /** No request of the domain tells it from the policy. */
  | { readonly kind: 'alike' }
  /** It does not check. */
  | { readonly kind: 'invalid' }

/** @param policy without its tests, which may be what does not check of a mutant */
export function createJudge(policy: CheckedPaths, domain: readonly EvalRequest[]): (mutant: Mutant) => Verdict {
  const load = createLoader()
  const answersOf = (model: Model) => {
    const loaded = load(model, compile(model))
    return (request: EvalRequest) => decisionOf(evaluate(loaded, request))
  }
  if (policy.model === null) throw new Error('the policy does not check')
  const ask = answersOf(policy.model)
  const right = domain.map(ask)
  return ({ edits }) => {
    const source = edits[0]?.span.source
    if (source === undefined) throw new Error('a mutant that edits nothing')
    const { result } = policy.checkAgain(new Map([[source.name, applyEdits(source.text, edits)]]))
    if (result === null) return { kind: 'invalid' }
    const askMutant = answersOf(result)
    const witness = domain.find((request, at) => askMutant(request) !== right[at])
    return witness === undefined ? { kind: 'alike' } : { kind: 'inequivalent', witness }
  }
}

/** What two decisions have to agree on to be one (`spec/language/cli-json.md`); names of rules are for the record. */
export function decisionOf({ effect, route, status, obligations, challenge, reason }: EvalAnswer): string {
  return JSON.stringify([effect, route, status ?? null, obligations, challenge, reason])
}

/** Every combination of one of each. */
export function combinations<A, B, C>(
  first: readonly A[],
  second: readonly B[],
  third: readonly C[],
): readonly (readonly [A, B, C])[] {
  return first.flatMap((a) => second.flatMap((b) => third.map((c) => [a, b, c] as const)))
}

export function subsets<T>([first, ...rest]: readonly T[]): readonly (readonly T[])[] {
  if (first === undefined) return [[]]
  const without = subsets(rest)
  return [...without, ...without.map((some) => [first, ...some])]
}
