import { messageOf } from '../../base/errors.ts'
import { variantOf } from '../candidate/variant-of.ts'
import { letsThrough } from '../live/decide-again.ts'
import { type Refusal, refusalOf } from '../refusals/index.ts'
import type { RoutedContext } from '../request-context.ts'
import { detailOf } from '../request-lifecycle.ts'

/**
 * Decides a permitted check again if the policy or its data changed while it waited, for a token exchange for instance. Returns
 * the refusal if they no longer permit the request. A forwarded request could still be ended later, but not one of another proxy.
 */
export function refusedByChange(context: RoutedContext): Refusal | null {
  const { proxy, policy, request, authentication } = context
  const active = proxy.policies.current
  const candidate = proxy.candidates.current
  if (policy === active || (active !== null && policy === candidate?.policy)) return null
  if (active === null || authentication === null) return refusalOf('no-policy')
  try {
    const current = variantOf(active, candidate, request, proxy.authenticator.personOf(authentication))
    if (letsThrough(current, context, proxy.authenticator)) return null
    context.detail = detailOf('policy-changed')
    return refusalOf('policy-changed')
  } catch (error) {
    const code = 'decision-failed'
    context.detail = messageOf(error)
    proxy.log.error('a decision failed', { requestId: context.requestId, code, error: messageOf(error) })
    return refusalOf(code)
  }
}
