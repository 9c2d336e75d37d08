import type { Trust } from '../../../request/index.ts'
import type { CheckSource } from '../checks/check-config.ts'
import { closeReasonOf, hasEnded, turnInPipeline } from '../connections/index.ts'
import type { InboundRequest } from '../inbound-request.ts'
import type { OutboundResponse } from '../outbound-response.ts'
import type { ProxyContext } from '../proxy-context.ts'
import type { RequestContext } from '../request-context.ts'
import { beginRequest } from '../request-lifecycle.ts'
import type { Upgrade } from '../websocket/upgrade.ts'
import { admitRequest, findUpstream } from './admit-request.ts'
import { answerPreflight } from './answer-preflight.ts'
import { authenticateCaller } from './authenticate-caller.ts'
import { authorizeRequest } from './authorize-request.ts'
import { canonicalizeRequest } from './canonicalize-request.ts'
import { exchangeToken } from './exchange-token.ts'
import { forwardRequest } from './forward-request.ts'
import { limitRate } from './limit-rate.ts'
import { matchRoute } from './match-route.ts'
import { runStages, type Stage } from './run-stages.ts'
import { selectPolicy } from './select-policy.ts'
import { serveBuiltInEndpoints } from './serve-built-in-endpoints.ts'
import { serveWellKnown } from './serve-well-known.ts'
import { shedLoad } from './shed-load.ts'

/**
 * Returns the stages of a request, in order. The first stage that refuses or answers ends it: `precedence.test.ts` pins which
 * refusal wins over which (`spec/language/decision.md`, `failures.md`). Stages that the configuration does not use are left out.
 */
function stagesOf({ services, events, signIn }: ProxyContext): readonly Stage[] {
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
    findUpstream,
    limitRate,
    ...(all.some(({ tokenExchange }) => tokenExchange !== null) ? [exchangeToken] : []),
    forwardRequest,
  ]
}

export interface Listener {
  readonly proxy: ProxyContext
  readonly trust: Trust | null
  readonly stages: readonly Stage[]
  /** The listener of checks, for records; `null` for a listener that forwards. */
  readonly check: CheckSource | null
}

export function listenerOf(proxy: ProxyContext, trust: Trust | null): Listener {
  return { proxy, trust, stages: stagesOf(proxy), check: null }
}

/**
 * Handles a client's request until it is forwarded or refused. Returns `null` if no stage has to wait, else a promise, which
 * never rejects.
 */
export function handleRequest(
  { proxy, trust, stages, check }: Listener,
  incoming: InboundRequest,
  answer: OutboundResponse,
  upgrade: Upgrade | null = null,
): Promise<void> | null {
  if (hasEnded(incoming)) return null
  const context = beginRequest({ proxy, trust, check, incoming, answer, upgrade })
  const turn = turnInPipeline(context)
  return turn === null ? begin(context, stages) : turn.then(() => begin(context, stages) ?? undefined)
}

function begin(context: RequestContext, stages: readonly Stage[]): Promise<void> | null {
  const { incoming, proxy } = context
  if (context.ended) return null
  // The previous request may have been the last of the connection.
  if (hasEnded(incoming) || !incoming.socket.writable) {
    // A closed HTTP/2 stream says nothing about the others of its connection.
    if (!context.answer.multiplexed) closeReasonOf(incoming.socket).code ??= 'connection-closed'
    return null
  }
  proxy.live.add(context)
  return runStages(context, stages)
}
