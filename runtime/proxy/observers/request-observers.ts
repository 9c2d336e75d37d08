import type { RequestContext } from '../request-context.ts'
import { auditRecord } from './audit-record.ts'
import { compareSoon } from './compare-soon.ts'
import { discoverRoute } from './discover-route.ts'

/** Named events of a request, in the order of these methods. */
interface RequestObserver {
  began(context: RequestContext): void
  decided(context: RequestContext): void
  forwarding(context: RequestContext): void
  /** The head of the service's response has arrived. */
  responseStarted(context: RequestContext): void
  /** It has ended. `complete`: whether the whole response was sent. `total`: milliseconds since arrival. */
  completed(context: RequestContext, complete: boolean, total: number): void
}

/**
 * Calls all observers of a request in a fixed order: live re-evaluation, metrics, candidate evaluation, audit, route discovery,
 * traces.
 */
export const requestObservers: RequestObserver = {
  began(context) {
    const { proxy, incoming } = context
    context.metricsKey = proxy.metrics.requests.begin(incoming.method, incoming.socket)
  },

  decided({ proxy, decidedAfter }) {
    proxy.metrics.requests.decision((decidedAfter ?? 0) / 1000)
  },

  forwarding({ proxy, policy, candidate: evaluation }) {
    // While the request waited, another policy may have become active and been applied to the requests under way.
    const { current } = proxy.policies
    const candidate = proxy.candidates.current
    const isCurrent = evaluation === null ? policy === current && candidate === null : evaluation.isOf(current, candidate)
    if (!isCurrent) proxy.live.decideAgain(proxy)
  },

  responseStarted({ candidate }) {
    if (candidate !== null) compareSoon(candidate)
  },

  completed(context, complete, total) {
    const { proxy, answer, upstream, candidate, span } = context
    const status = answer.headersSent ? answer.statusCode : null
    proxy.metrics.requests.end(context, status ?? 0, total / 1000)
    if (upstream !== null) countUpstream(context, upstream, total)
    const record = auditRecord(context, complete, status, total)
    // The response is over, so a pending comparison runs now.
    candidate?.compare()
    if (candidate?.outcome) record.candidate = candidate.outcome
    proxy.audit.write(record)
    if (proxy.learner !== null) discoverRoute(proxy.learner, context)
    if (span !== null) proxy.tracer?.end(span, record, context.route)
  },
}

function countUpstream(context: RequestContext, address: string, total: number): void {
  const { proxy, route, metricsKey, upstreamStatus, code, answeredAfter, decidedAfter } = context
  const seconds = ((answeredAfter ?? total) - (decidedAfter ?? 0)) / 1000
  proxy.metrics.requests.upstream(route?.service ?? '', address, metricsKey, upstreamStatus ?? code ?? '_OTHER', seconds)
}
