import type { Log, LogFields } from '../base/log.ts'
import type { Enforced } from './bootstrap/enforced.ts'

/** Logs the addresses and the policy once the proxy serves. */
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
