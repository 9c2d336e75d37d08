/** What a configuration takes over from another one that has changed the same state folder. */
import { setTimeout as sleep } from 'node:timers/promises'
import { content, StartupError } from '../../../base/startup-error.ts'
import { isTransient, type PolicyRefusal } from '../../../policy/index.ts'
import type { OpenedPolicy } from '../../bootstrap/open-policy.ts'

/** Maximum attempts, and the milliseconds between two. */
const [ATTEMPTS, PAUSE] = [5, 500]

/**
 * Applies the data that operators have pushed to the other configuration.
 *
 * @throws StartupError if they are refused, or errors of the file system
 */
export async function catchUpData({ data }: OpenedPolicy): Promise<void> {
  await applied(() => data.reread())
}

/**
 * Applies all changes of the other configuration, and continues the rollout of its candidate.
 *
 * @throws StartupError if a change is refused, or errors of the file system
 */
export async function catchUpAll({ data, store, rollout }: OpenedPolicy): Promise<void> {
  await applied(async () => {
    // Data that are refused may match the policy that is adopted after them.
    const reread = await data.reread()
    const heeded = await store?.heed()
    return reread ?? (heeded?.kind === 'refused' && isTransient(heeded) ? heeded : null)
  })
  await rollout?.heed()
  rollout?.follow()
}

/** Applies changes until none is refused. A refusal that is not transient is repeated once. */
async function applied(apply: () => Promise<PolicyRefusal | null>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const refused = await apply()
    if (refused === null) return
    if (attempt === ATTEMPTS || (attempt > 1 && !isTransient(refused))) throw new StartupError([content(refused.message)])
    await sleep(PAUSE)
  }
}
