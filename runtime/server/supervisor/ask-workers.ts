import { settledWithin } from '../../base/waiting.ts'
import type { StoreStatus } from '../../identity/sessions/index.ts'
import type { Recent, RecentFilter, RecentPlace } from '../../telemetry/audit/index.ts'
import type { ProcessRecent } from '../admin/index.ts'
import { type Readiness, WHY_SUSPENDED } from '../admin/readiness.ts'
import type { PolicyRoute } from '../bootstrap/routes-of.ts'
import type { Generation } from './generation.ts'
import type { WorkerProcess } from './worker-process.ts'

/** Milliseconds that a readiness check waits for workers. */
const READINESS = 250

/**
 * Returns the number of requests that the last revocations have ended in all workers. Workers receive the revocations before
 * this question. A worker that responds too late is not included.
 */
export async function endedIn(workers: readonly WorkerProcess[]): Promise<number> {
  const all = await Promise.all(workers.map((worker) => worker.ask('ended')))
  return all.reduce<number>((sum, ended) => sum + (typeof ended === 'number' ? ended : 0), 0)
}

/**
 * Requests the latest audit records from each worker.
 *
 * @param after for each worker number, the position up to which records were read; `null` to read from the beginning
 */
export async function recentIn(
  workers: readonly WorkerProcess[],
  after: ReadonlyMap<number, RecentPlace> | null,
  filter: RecentFilter,
): Promise<readonly ProcessRecent[]> {
  return await Promise.all(
    workers.map(async (worker) => {
      const of = after && (after.get(worker.number) ?? { permits: 0, others: 0 })
      return { number: worker.number, recent: (await worker.ask({ after: of, filter })) as Recent | null }
    }),
  )
}

/**
 * Returns the routes of the active policy from the first worker that responds, because all workers have the same. Returns
 * `null` if none responds.
 */
export async function routesIn(workers: readonly WorkerProcess[]): Promise<readonly PolicyRoute[] | null> {
  for (const worker of workers) {
    const routes = await worker.ask('routes')
    if (routes !== null) return routes as readonly PolicyRoute[]
  }
  return null
}

/**
 * Returns the state of the session store as seen by the first worker that responds, because all workers have the same. Returns
 * `undefined` if none responds, and `null` without browser sign-in.
 */
export async function sessionsIn(workers: readonly WorkerProcess[]): Promise<StoreStatus | null | undefined> {
  for (const worker of workers) {
    const answer = (await worker.ask('sessions')) as { readonly store: StoreStatus | null } | null
    if (answer !== null) return answer.store
  }
  return undefined
}

/** Returns whether the workers of a configuration are ready for traffic, and the reasons if they are not. */
export async function readinessOf(generation: Generation | null): Promise<Readiness> {
  const reasons: string[] = []
  if (!generation?.isReady) reasons.push('workers are not ready')
  else if (generation.isSilent) reasons.push('a worker does not respond')
  else if (generation.policy?.suspended) reasons.push(WHY_SUSPENDED[generation.policy.suspended])
  else if (await isHeldUp(generation.ready)) reasons.push('no audit record can be written')
  return { ready: reasons.length === 0, reasons }
}

/** Whether all workers refuse requests because audit records cannot be written. A busy worker keeps its last state. */
async function isHeldUp(workers: readonly WorkerProcess[]): Promise<boolean> {
  await settledWithin(Promise.all(workers.map((worker) => worker.ask('held-up'))), READINESS, null)
  return workers.length > 0 && workers.every(({ isHeldUp }) => isHeldUp)
}
