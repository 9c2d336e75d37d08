import type { Log } from '../log.ts'
import type { Enforcers, PolicyStore } from '../policy/index.ts'

/** Milliseconds. */
const LOOK = 1000

/** Says when a policy is older than it may be, and keeps it from deciding where it is told to. Returns what ends that. */
export function watchStaleness(store: PolicyStore, enforcers: Enforcers, log: Log): () => void {
  let was = false
  const look = () => {
    const { stale, suspended } = store.status
    if (stale === was) return
    was = stale
    if (stale)
      log.error(
        `the policy is stale: its source has not been there for too long${suspended ? ', and nothing is let through' : ''}`,
      )
    else log.info('the source of the policy is there again: the policy counts')
    enforcers.suspend(suspended)
  }
  look()
  const timer = setInterval(look, LOOK).unref()
  return () => clearInterval(timer)
}
