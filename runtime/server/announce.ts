import type { Log, LogFields } from '../base/log.ts'
import type { Enforced } from './bootstrap/enforced.ts'

/**
 * Logs the addresses and the active policy when the proxy starts to serve.
 *
 * @param admin address of the admin server; `null` if there is none
 */
export function announce(
  log: Log,
  { routes, services, identities, revision, sequence }: Enforced,
  addresses: readonly string[],
  admin: string | null,
  more: LogFields = {},
): void {
  log.info(`listening on ${addresses.join(', ')}`, more)
  if (admin !== null) log.info(`health and metrics on ${admin}`)
  log.info(`enforcing ${routes} routes of ${services.join(', ') || 'no service'}, for ${identities.join(', ') || 'nobody'}`, {
    revision,
    sequence,
  })
}
