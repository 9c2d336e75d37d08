import type { Log } from '../../base/log.ts'
import type { PolicyStatus, PolicyStore, PolicyTarget } from '../../policy/index.ts'

const LOOK = 1000
const [HOUR, DAY] = [3_600_000, 86_400_000]
/** Times before a policy's expiry at which a warning is logged. */
const AHEAD: readonly (readonly [ms: number, words: string])[] = [
  [7 * DAY, 'a week'],
  [DAY, 'a day'],
  [HOUR, 'an hour'],
]

/**
 * Logs when the policy becomes stale, is about to expire or has expired, and makes the proxy refuse requests while it is stale or
 * expired if so configured. Returns a function that ends the watch.
 */
export function watchAge(
  store: Pick<PolicyStore, 'status'>,
  enforcers: Pick<PolicyTarget, 'suspend'>,
  { log, clock }: { readonly log: Log; readonly clock: () => number },
): () => void {
  let was: Age = { stale: false, expires: null, expired: false, suspended: null }
  let isSuspended = false
  /** Number of `AHEAD` warnings given or passed. */
  let said = 0
  const look = () => {
    const now: Age = store.status
    if (now.expires !== was.expires) said = 0
    if (now.stale !== was.stale) sayStale(now, log)
    if (now.expired !== was.expired) sayExpired(now, log)
    const left = now.expires === null || now.expired ? Number.POSITIVE_INFINITY : now.expires - clock()
    const near = AHEAD.filter(([ms]) => left <= ms)
    if (near.length > said) log.warn(`the policy expires within ${near.at(-1)?.[1]}`, { expires: timeOf(now) })
    said = Math.max(said, near.length)
    was = now
    if (isSuspended === (now.suspended !== null)) return
    isSuspended = !isSuspended
    enforcers.suspend(isSuspended)
  }
  look()
  const timer = setInterval(look, LOOK).unref()
  return () => clearInterval(timer)
}

type Age = Pick<PolicyStatus, 'stale' | 'expires' | 'expired' | 'suspended'>

function sayStale({ stale, suspended }: Age, log: Log): void {
  if (!stale) return void log.info('the source of the policy is available again: the policy is not stale')
  const closed = suspended === 'stale' ? NOTHING_PASSES : ''
  log.error(`the policy is stale: its source has been unavailable for too long${closed}`)
}

function sayExpired(age: Age, log: Log): void {
  if (!age.expired) return void log.info('the policy is not expired')
  log.error(`the policy has expired${age.suspended === 'expired' ? NOTHING_PASSES : ''}`, { expires: timeOf(age) })
}

const NOTHING_PASSES = ', and all requests are refused'

function timeOf({ expires }: Age): string | null {
  return expires === null ? null : new Date(expires).toISOString()
}
