import type { MetricData } from '../observe/index.ts'
import type { WorkerProcess } from './worker-process.ts'

/** What of a worker's own status is looked at; the rest is passed on. */
interface WorkerStatus {
  readonly policy?: { readonly sequence: number } | null
  readonly lastError?: object | null
}

/**
 * What `/readyz?verbose` tells of all workers: the status of the one that is behind the others, and of each by itself. They follow the same files, each by
 * itself, so that they differ for a moment.
 */
export async function fleetStatus(workers: readonly WorkerProcess[]): Promise<object> {
  const each = await Promise.all(
    workers.map(async (worker) => {
      const [status] = await Promise.all([worker.ask('status'), worker.ask('metrics')])
      return { worker, status: status as WorkerStatus | null }
    }),
  )
  const known = each.flatMap(({ worker, status }) => (status !== null && worker.state === 'ready' ? [status] : []))
  const behind = known.toSorted((a, b) => rank(a) - rank(b))[0] ?? {}
  const { ready: _, reasons: __, ...worst } = behind as WorkerStatus & { ready?: unknown; reasons?: unknown }
  return {
    ...worst,
    workers: each.map(({ worker, status }) => ({
      worker: worker.number,
      pid: worker.pid,
      state: worker.state,
      connections: worker.open,
      requests: requestsOf(worker.metrics),
      policy: status?.policy ?? null,
      lastError: status?.lastError ?? null,
    })),
  }
}

/** That came to their end. */
function requestsOf(metrics: MetricData): number {
  const found = metrics.find(({ name }) => name === 'iap_requests_total')
  return found?.values.reduce((sum, { value }) => sum + value, 0) ?? 0
}

/** One whose last bundle was refused is behind those that have it. */
function rank({ policy, lastError }: WorkerStatus): number {
  return (policy?.sequence ?? -1) - (lastError ? 0.5 : 0)
}
