import type { ProxyContext } from '../proxy-context.ts'
import { admitRequest } from './admit-request.ts'
import { answerPreflight } from './answer-preflight.ts'
import { authenticateCaller } from './authenticate-caller.ts'
import { authorizeRequest } from './authorize-request.ts'
import { canonicalizeRequest } from './canonicalize-request.ts'
import { exchangeToken } from './exchange-token.ts'
import { forwardRequest } from './forward-request.ts'
import { limitRate } from './limit-rate.ts'
import { matchRoute } from './match-route.ts'
import { selectPolicy } from './select-policy.ts'
import { serveBuiltInEndpoints } from './serve-built-in-endpoints.ts'
import { serveWellKnown } from './serve-well-known.ts'
import { shedLoad } from './shed-load.ts'
import type { Stage } from './stage.ts'

/**
 * Returns the stages of a request, in order. The first stage that refuses or answers ends it: `precedence.test.ts` pins which
 * refusal wins over which (`spec/language/decision.md`, `failures.md`). Stages that the configuration does not use are left out.
 */
export function stagesOf({ services, events, signIn }: ProxyContext): readonly Stage[] {
  const all = [...services.values()]
  return [
    canonicalizeRequest,
    serveWellKnown,
    shedLoad,
    ...(all.some(({ cors }) => cors !== null) ? [answerPreflight] : []),
    ...(events !== null || signIn !== null ? [serveBuiltInEndpoints] : []),
    selectPolicy,
    matchRoute,
    authenticateCaller,
    authorizeRequest,
    admitRequest,
    limitRate,
    ...(all.some(({ tokenExchange }) => tokenExchange !== null) ? [exchangeToken] : []),
    forwardRequest,
  ]
}
