import type { OverloadReason } from '../overload/overload-manager.ts'
import { overloaded, type Refusal, refusalOf } from '../refusals/index.ts'
import type { RequestContext } from '../request-context.ts'
import { CONTINUE, type StageResult } from './run-stages.ts'

/** Refuses the request if the proxy is overloaded or cannot record it. May wait for space in the audit log. */
export function shedLoad(context: RequestContext): StageResult | Promise<StageResult> {
  const { audit, overload } = context.proxy
  if (overload.reason !== null) return shedFor(context, overload.reason)
  const capacity = audit.hasCapacity()
  return capacity === null ? CONTINUE : capacity.then((isThere) => (isThere ? CONTINUE : refusalOf('audit-full')))
}

/** Returns the refusal of a request for which the proxy lacks a resource. It is counted. */
export function shedFor(context: RequestContext, reason: OverloadReason): Refusal {
  context.detail = reason
  context.proxy.metrics.shed(reason)
  return overloaded()
}
