import { renderConfigError } from '../../base/config-error.ts'
import type { Log } from '../../base/log.ts'
import { resolveSecret } from '../../base/secret.ts'
import { environment, type Problem } from '../../base/startup-error.ts'
import { Tracer } from '../../telemetry/traces/index.ts'
import type { Config } from '../config/index.ts'

export interface OpenedTracer {
  /** Null where nothing is traced, and where there are problems. */
  readonly tracer: Tracer | null
  readonly problems: readonly Problem[]
}

/** Reads what exports carry. The collector is not asked: requests are served without it, too. */
export async function openTracer({ traces, source }: Config, log: Log): Promise<OpenedTracer> {
  if (traces === null) return { tracer: null, problems: [] }
  const problems: Problem[] = []
  const headers: Record<string, string> = {}
  for (const [name, ref] of Object.entries(traces.headers)) {
    const secret = resolveSecret(ref, { env: process.env, folder: '' })
    if (secret.ok) headers[name] = secret.value
    else {
      const error = { file: source.file, ...source.place(['traces', 'headers', name]), message: secret.message }
      problems.push(environment(renderConfigError(error)))
    }
  }
  return { tracer: problems.length > 0 ? null : await Tracer.open(traces, { headers, log }), problems }
}
