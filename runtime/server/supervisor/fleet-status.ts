import type { Serving } from '../../policy/index.ts'
import { requestsIn } from '../../telemetry/metrics/index.ts'
import type { WorkerProcess } from './worker-process.ts'

/** The used part of a worker's status. */
interface WorkerStatus {
  readonly policy?: Serving | null
}

/**
 * Returns the workers' part of `/readyz?verbose`: the status of each worker, and services and identity providers as seen by one
 * of them.
 */
export async function fleetStatus(workers: readonly WorkerProcess[]): Promise<object> {
  const each = await Promise.all(
    workers.map(async (worker) => {
      const [status] = await Promise.all([worker.ask('status'), worker.ask('metrics')])
      return { worker, status: status as WorkerStatus | null }
    }),
  )
  const { policy: _, ...some } = each.find(({ worker, status }) => status !== null && worker.state === 'ready')?.status ?? {}
  return {
    ...some,
    workers: each.map(({ worker, status }) => ({
      worker: worker.number,
      pid: worker.pid,
      state: worker.state,
      connections: worker.open,
      requests: requestsIn(worker.metrics.tallies),
      policy: shown(status?.policy ?? null),
    })),
  }
}

function shown(policy: Serving | null): object | null {
  return policy && { ...policy, since: new Date(policy.since).toISOString() }
}
