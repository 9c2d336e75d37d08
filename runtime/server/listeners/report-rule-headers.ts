import { renderAddress } from '../../base/address.ts'
import type { Log } from '../../base/log.ts'
import type { Config } from '../config/index.ts'

/**
 * Logs the request headers that rules of a policy set, for listeners whose asking proxies copy headers of a permit by name. The
 * service gets a header that the asking proxy does not copy as the client sent it.
 *
 * @param names in lower case, sorted
 */
export function reportRuleHeaders({ listeners }: Pick<Config, 'listeners'>, names: readonly string[], log: Log): void {
  if (names.length === 0) return
  for (const { address, check } of listeners) {
    if (check?.protocol !== 'forward-auth') continue
    log.warn(`the asking proxy must copy these headers, which rules set, or clients can set them: ${names.join(', ')}`, {
      listener: renderAddress(address),
      protocol: check.protocol,
    })
  }
}
