import type { Obligations } from '../../abi/index.ts'
import { messageOf } from '../../base/errors.ts'
import { obligationsText, type RouteEntry } from '../../policy/index.ts'
import { variantOf } from '../candidate/variant-of.ts'
import { ownHeadersOf } from '../forwarding/index.ts'
import { obligationsBy } from '../live/decide-again.ts'
import { type Refusal, refusalOf } from '../refusals/index.ts'
import type { RoutedContext } from '../request-context.ts'
import { detailOf } from '../request-lifecycle.ts'

/**
 * Decides a permitted check again if another policy, or other data, decide such requests by now: because it waited for a token
 * exchange, for instance. Returns the refusal if they no longer permit the request. A forwarded request could still be ended
 * later, but not one of another proxy.
 */
export function refusedByChange(context: RoutedContext): Refusal | null {
  const { proxy, policy, request, authentication } = context
  const active = proxy.policies.current
  const candidate = proxy.candidates.current
  if (policy === active && candidate === null) return null
  if (active === null || authentication === null) return refusalOf('no-policy')
  try {
    const current = variantOf(active, candidate, request, proxy.authenticator.personOf(authentication))
    if (current === policy) return null
    const permit = obligationsBy(current, context, proxy.authenticator)
    // The service would get the headers of a rule that no longer holds, and a new limit would not count.
    if (permit !== null && obliges(permit.route, permit.obligations) === obliges(context.route, context.obligations)) return null
    context.detail = detailOf('policy-changed')
    return refusalOf('policy-changed')
  } catch (error) {
    const code = 'decision-failed'
    context.detail = messageOf(error)
    proxy.log.error('a decision failed', { requestId: context.requestId, code, error: messageOf(error) })
    return refusalOf(code)
  }
}

function obliges(route: RouteEntry, obligations: Obligations): string {
  return JSON.stringify([obligationsText(obligations), [...ownHeadersOf(route)].sort()])
}
