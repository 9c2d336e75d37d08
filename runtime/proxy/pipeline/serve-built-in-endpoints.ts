import { answerBuiltInEndpoint, answerSecurityEvent, eventsAt, OWN, signInOf } from '../endpoints/index.ts'
import type { Refusal } from '../refusals/index.ts'
import type { CanonicalContext, RequestContext } from '../request-context.ts'
import { CONTINUE, DONE, type StageResult } from './run-stages.ts'

/**
 * Serves requests for paths below `/.iap/`: endpoints for security events on all hosts, and all endpoints on hosts with
 * sign-in. Requires a policy.
 */
export function serveBuiltInEndpoints(context: RequestContext): StageResult | Promise<StageResult> {
  const { request, proxy } = context as CanonicalContext
  const policy = proxy.policies.current
  if (policy === null || !request.path.startsWith(OWN)) return CONTINUE
  if (proxy.events !== null) {
    const identity = eventsAt(request, proxy.events)
    if (identity !== null) {
      context.policy = policy
      return answerSecurityEvent(context, request, identity, proxy.events).then(doneOr)
    }
  }
  const at = signInOf(policy, proxy)
  if (proxy.signIn === null || !at?.servesHost(request.host)) return CONTINUE
  context.policy = policy
  return answerBuiltInEndpoint(context, request, proxy.signIn, at).then(doneOr)
}

function doneOr(refusal: Refusal | null): StageResult {
  return refusal ?? DONE
}
