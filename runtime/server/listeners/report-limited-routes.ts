import type { Manifest } from '../../abi/index.ts'
import { renderAddress } from '../../base/address.ts'
import type { Log } from '../../base/log.ts'
import { limitedRoutes } from '../../proxy/checks/index.ts'
import type { Config } from '../config/index.ts'

/** Maximum number of routes that a message names. */
const MOST_NAMED = 20

/** Logs the routes of a policy that a listener for checks never serves, or only if the asking proxy is configured for them. */
export function reportLimitedRoutes({ listeners }: Pick<Config, 'listeners'>, manifest: Manifest, log: Log): void {
  for (const { address, check, trust } of listeners) {
    if (check === null) continue
    const { protocol } = check
    const original = check.protocol === 'forward-auth' ? check.original : null
    const inputs = { protocol, original, hasCertificateHeader: trust !== null && trust.certificate !== null }
    for (const { routes, when, reason } of limitedRoutes(manifest, inputs)) {
      const more = routes.length > MOST_NAMED ? ` and ${routes.length - MOST_NAMED} more` : ''
      const named = `${routes.slice(0, MOST_NAMED).join(', ')}${more}`
      const fields = { listener: renderAddress(address), protocol }
      if (when === 'never') log.warn(`checks cannot serve ${named} fully: ${reason}`, fields)
      else log.info(`checks serve ${named} fully only if the asking proxy is set up for it: ${reason}`, fields)
    }
  }
}
