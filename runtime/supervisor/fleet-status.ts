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
    workers.map(async (worker) => ({ worker, status: (await worker.ask('status')) as WorkerStatus | null })),
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
      policy: status?.policy ?? null,
      lastError: status?.lastError ?? null,
    })),
  }
}

/** One whose last bundle was refused is behind those that have it. */
function rank({ policy, lastError }: WorkerStatus): number {
  return (policy?.sequence ?? -1) - (lastError ? 0.5 : 0)
}
