import { isUnix, renderAddress } from '../base/address.ts'
import type { Log, LogFields } from '../base/log.ts'
import type { Enforced } from './bootstrap/enforced.ts'
import type { ListenerConfig } from './config/index.ts'

/**
 * Returns where a listener is, such as `http://127.0.0.1:8080`, or `unix:/run/iap/check.sock (ext-authz)` if it decides for other
 * proxies.
 */
export function originOf({ address, tls, check }: Pick<ListenerConfig, 'address' | 'tls' | 'check'>): string {
  const origin = isUnix(address) ? renderAddress(address) : `${tls === null ? 'http' : 'https'}://${renderAddress(address)}`
  return check === null ? origin : `${origin} (${check.protocol})`
}

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
