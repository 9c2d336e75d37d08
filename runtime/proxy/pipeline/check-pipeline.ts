import type { CheckSource } from '../checks/index.ts'
import { OWN } from '../endpoints/index.ts'
import type { ProxyContext } from '../proxy-context.ts'
import { refusalOf, WELL_KNOWN } from '../refusals/index.ts'
import type { CanonicalContext, RequestContext } from '../request-context.ts'
import { admitCheck } from './admit-check.ts'
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
import { CONTINUE, type Stage, type StageResult } from './run-stages.ts'
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
    admitCheck,
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

/**
 * Refuses checks of the proxy's own paths. The asking proxy must pass such requests to a listener that forwards: a service that
 * answered one, such as `/.well-known/iap/jwks.json`, could state other keys for assertions.
 */
function reservePaths(context: RequestContext): StageResult {
  // The decoded path, so that no other spelling reaches a route below it.
  const { path } = (context as CanonicalContext).request
  return path.startsWith(OWN) || path.startsWith(WELL_KNOWN) ? refusalOf('page-not-found') : CONTINUE
}
