import type { Trust } from '../../../request/index.ts'
import { hasEnded } from '../connections/connection-state.ts'
import { turnInPipeline } from '../connections/pipelining-queue.ts'
import type { InboundRequest } from '../inbound-request.ts'
import type { OutboundResponse } from '../outbound-response.ts'
import type { ProxyContext } from '../proxy-context.ts'
import type { RequestContext } from '../request-context.ts'
import { beginRequest } from '../request-lifecycle.ts'
import type { Upgrade } from '../websocket/upgrade.ts'
import { stagesOf } from './pipeline.ts'
import { runStages } from './run-stages.ts'
import type { Stage } from './stage.ts'

export interface Listener {
  readonly proxy: ProxyContext
  readonly trust: Trust | null
  readonly stages: readonly Stage[]
}

export function listenerOf(proxy: ProxyContext, trust: Trust | null): Listener {
  return { proxy, trust, stages: stagesOf(proxy) }
}

/** Handles a request until it is forwarded or refused; never rejects. Returns `null` if nothing waits. */
export function handleRequest(
  { proxy, trust, stages }: Listener,
  incoming: InboundRequest,
  answer: OutboundResponse,
  upgrade: Upgrade | null = null,
): Promise<void> | null {
  if (hasEnded(incoming)) return null
  const context = beginRequest({ proxy, trust, incoming, answer, upgrade })
  const turn = turnInPipeline(context)
  return turn === null ? begin(context, stages) : turn.then(() => begin(context, stages) ?? undefined)
}

function begin(context: RequestContext, stages: readonly Stage[]): Promise<void> | null {
  const { incoming, proxy } = context
  // The previous request may have been the last of the connection.
  if (context.ended || hasEnded(incoming) || !incoming.socket.writable) return null
  proxy.live.add(context)
  return runStages(context, stages)
}
