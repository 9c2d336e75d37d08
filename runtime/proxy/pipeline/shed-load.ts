import { overloaded, refusalOf } from '../refusals/index.ts'
import type { RequestContext } from '../request-context.ts'
import { CONTINUE, type StageResult } from './run-stages.ts'

/** Refuses the request if the proxy is overloaded or cannot record it. May wait for space in the audit log. */
export function shedLoad(context: RequestContext): StageResult | Promise<StageResult> {
  const { audit, metrics, overload } = context.proxy
  const { reason } = overload
  if (reason !== null) {
    context.detail = reason
    metrics.shed(reason)
    return overloaded()
  }
  const capacity = audit.hasCapacity()
  return capacity === null ? CONTINUE : capacity.then((isThere) => (isThere ? CONTINUE : refusalOf('audit-full')))
}
