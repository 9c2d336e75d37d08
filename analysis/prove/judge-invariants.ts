/** A build's verdicts on invariants: by proof, else by trying. */

import { type AskInvariants, type TryOptions, tryInvariantsInSteps } from '../../compiler/testing/invariants/try-invariants.ts'
import type { Invariant, Model } from '../../language/checker/model.ts'
import { finish, type Steps } from '../../language/steps.ts'
import type { InvariantResult } from '../../runtime/abi/index.ts'
import type { AnalysisControl } from '../budget.ts'
import { type Proof, proveInSteps } from './prove.ts'

export interface JudgedInvariant extends InvariantResult {
  readonly verdict: Proof['verdict']
  readonly invariant: Invariant
  /** A request that breaks the invariant, as a `test` block with a comment on the breach; null if the invariant is not broken. */
  readonly witness: string | null
  /**
   * Source texts of conditions that the analysis cannot model and that prevent a proof, never empty if the verdict is unknown.
   */
  readonly why: Proof['why']
}

/**
 * Decides for each invariant of a policy whether it holds: by proof, or else by generated requests. Results are in the order of
 * `model.invariants`; equal policies give equal results, unless the time of `control` is up. Requests are tried even then.
 */
export function judgeInvariants(model: Model, ask: AskInvariants, control?: AnalysisControl): readonly JudgedInvariant[] {
  return finish(judgeInvariantsInSteps(model, ask, control))
}

/** As `judgeInvariants`. Each step is short, but for the first, which takes time in proportion to the policy. */
export function* judgeInvariantsInSteps(
  model: Model,
  ask: AskInvariants,
  control?: AnalysisControl,
  tries: TryOptions = {},
): Steps<readonly JudgedInvariant[]> {
  const proofs = yield* proveInSteps(model, ask, control)
  const open = proofs.filter(({ verdict }) => verdict === 'unknown').map(({ invariant }) => invariant)
  const results = yield* tryInvariantsInSteps({ ...model, invariants: open }, ask, tries)
  const tried = new Map(results.map((one) => [one.invariant, one]))
  return proofs.map((proof) => {
    const { invariant } = proof
    const { name } = invariant
    const { witness, requests } = tried.get(invariant) ?? { witness: null, requests: 0 }
    return witness === null ? { name, requests, ...proof } : { name, requests, invariant, verdict: 'broken', witness, why: [] }
  })
}

/** Returns whether an invariant prevents a build: it is broken, or undecided without the policy's permission to be. */
export function isRefused({ verdict, invariant }: JudgedInvariant): boolean {
  return verdict === 'broken' || (verdict === 'unknown' && !invariant.allowUnknown)
}
