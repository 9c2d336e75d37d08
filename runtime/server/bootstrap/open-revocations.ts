import type { Log } from '../../base/log.ts'
import { environment, StartupError } from '../../base/startup-error.ts'
import { OwnRevocations, type RevocationKeeper, RevocationStateError, type Revoke } from '../../identity/revocation/index.ts'
import { KeyRing } from '../../identity/sessions/index.ts'
import type { Config } from '../config/index.ts'
import { sealing } from './sealing.ts'

/** Milliseconds to wait for Redis. Without it the proxy starts, but admits nobody. */
const PATIENCE = 2000

/** Returns a text that identifies the store of revocations. It is equal for configurations that use the same store. */
export function placeOfRevocations({ sessions: { store, keys }, bundle }: Config): string {
  return JSON.stringify(store.kind === 'redis' ? [store.url, keys] : [bundle?.state ?? null])
}

/**
 * Opens the store of revocations: the Redis of the sessions if there is one, else the state folder.
 *
 * @throws StartupError if the store cannot be opened
 */
export async function openRevocations(
  config: Config,
  { log, clock = Date.now }: { readonly log: Log; readonly clock?: () => number },
): Promise<RevocationKeeper> {
  const { store } = config.sessions
  if (store.kind === 'memory') return await openOwn(config, clock)
  const { secrets, problems } = sealing(config)
  if (problems.length > 0) throw new StartupError(problems)
  // Loaded on demand, as for sessions.
  const { RedisRevocations } = await import('../../identity/revocation/redis-revocations.ts')
  const keeper = new RedisRevocations({ url: store.url, ring: new KeyRing(secrets), log, clock })
  for (const end = Date.now() + PATIENCE; !keeper.hears && Date.now() < end; )
    await new Promise((resolve) => setTimeout(resolve, 20))
  return keeper
}

async function openOwn({ bundle }: Config, clock: () => number): Promise<RevocationKeeper> {
  const folder = bundle?.state ?? null
  if (folder === null) return new OwnRevocations(clock)
  try {
    return await OwnRevocations.open(folder, clock)
  } catch (error) {
    if (!(error instanceof RevocationStateError)) throw error
    throw new StartupError([environment(error.message)])
  }
}

/** Returns a function that adds revocations. It logs errors and returns `unavailable` instead of throwing. */
export function revokeBy(keeper: () => RevocationKeeper, log: Log): Revoke {
  return async (revocations, once) => {
    try {
      const outcome = await keeper().add(revocations, once, 'event')
      if (outcome === 'full')
        log.error('a security event was refused: the limit of revocations by events is reached', {
          by: revocations[0]?.by ?? null,
          revocations: keeper().size,
        })
      return outcome
    } catch (error) {
      log.error(`a revocation failed: ${(error as Error).message}`)
      return 'unavailable'
    }
  }
}
