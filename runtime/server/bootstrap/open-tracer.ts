import type { Log } from '../../base/log.ts'
import { readSecret } from '../../base/secret.ts'
import { type Problem, problemAt } from '../../base/startup-error.ts'
import { Tracer } from '../../telemetry/traces/index.ts'
import type { Config } from '../config/index.ts'

export interface OpenedTracer {
  readonly tracer: Tracer | null
  readonly problems: readonly Problem[]
}

/**
 * Opens the export of traces: reads its secrets, but does not contact the collector. The proxy also serves without the
 * collector.
 */
export async function openTracer({ traces, source }: Config, log: Log): Promise<OpenedTracer> {
  if (traces === null) return { tracer: null, problems: [] }
  const problems: Problem[] = []
  const headers: Record<string, string> = {}
  for (const [name, ref] of Object.entries(traces.headers)) {
    const secret = readSecret(ref)
    if (typeof secret === 'string') headers[name] = secret
    else problems.push(problemAt(source, ['traces', 'headers', name], secret))
  }
  return { tracer: problems.length > 0 ? null : await Tracer.open(traces, { headers, log }), problems }
}
