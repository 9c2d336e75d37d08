import type { Authentication } from '../../identity/index.ts'
import { CandidateEvaluation } from '../candidate/candidate-evaluation.ts'
import { refusalOf } from '../refusals/index.ts'
import type { CanonicalContext, RequestContext } from '../request-context.ts'
import { isOver } from '../request-lifecycle.ts'
import { CONTINUE, type StageResult } from './run-stages.ts'

/**
 * Selects the policy that decides the request: the active policy or, during a roll-out, its candidate. Both are read once, so
 * that the request is decided and recorded under one version. If the choice depends on the caller, the caller is authenticated
 * here.
 */
export function selectPolicy(context: RequestContext): StageResult | Promise<StageResult> {
  const { proxy, request, incoming } = context as CanonicalContext
  const policy = proxy.policies.current
  if (policy === null) return refusalOf('no-policy')
  context.policy = policy
  const candidate = proxy.candidates.current
  if (candidate === null) return CONTINUE
  const evaluation = new CandidateEvaluation(context, policy, candidate)
  context.candidate = evaluation
  if (!evaluation.mayDecide(request)) return CONTINUE
  const caller = proxy.authenticator.authenticate(request, policy, incoming.socket)
  return caller instanceof Promise ? caller.then((one) => settle(one)) : settle(caller)

  function settle(one: Authentication): StageResult {
    if (!isOver(context)) context.variantCaller = evaluation.settle(one, request)
    return CONTINUE
  }
}
