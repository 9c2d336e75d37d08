import type { CheckSource } from '../checks/index.ts'
import type { ProxyContext } from '../proxy-context.ts'
import { admitRequest } from './admit-request.ts'
import { answerPreflight } from './answer-preflight.ts'
import { authenticateCaller } from './authenticate-caller.ts'
import { authorizeRequest } from './authorize-request.ts'
import { canonicalizeRequest } from './canonicalize-request.ts'
import { exchangeToken } from './exchange-token.ts'
import { limitRate } from './limit-rate.ts'
import { matchRoute } from './match-route.ts'
import { permitCheck } from './permit-check.ts'
import type { Listener } from './pipeline.ts'
import { reservePaths } from './reserve-paths.ts'
import type { Stage } from './run-stages.ts'
import { selectPolicy } from './select-policy.ts'
import { shedLoad } from './shed-load.ts'

/**
 * Returns the stages of a check, by which another proxy asks whether it may forward a request. They are those of a request but
 * for endpoints that the asking proxy passes to a listener of this one, and for forwarding.
 */
function stagesOfCheck({ services }: ProxyContext): readonly Stage[] {
  const all = [...services.values()]
  return [
    canonicalizeRequest,
    reservePaths,
    shedLoad,
    ...(all.some(({ cors }) => cors !== null) ? [answerPreflight] : []),
    selectPolicy,
    matchRoute,
    authenticateCaller,
    authorizeRequest,
    admitRequest,
    limitRate,
    ...(all.some(({ tokenExchange }) => tokenExchange !== null) ? [exchangeToken] : []),
    permitCheck,
  ]
}

/** Returns a listener for checks, whose requests are `CheckIncoming` and whose answers are `CheckAnswer`. */
export function checkListenerOf(proxy: ProxyContext, check: CheckSource): Listener {
  return { proxy, trust: null, stages: stagesOfCheck(proxy), check }
}
