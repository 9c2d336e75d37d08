import type { SecureContext } from 'node:tls'
import { buildConnector } from '../../base/undici/index.ts'
import type { UpstreamTls } from './upstream-tls.ts'

/**
 * Returns a factory of undici connectors, which is called for each connection. `options` are those of undici. A TLS session is
 * resumed only under the same files.
 */
export function upstreamConnector(tls: UpstreamTls | null, options: buildConnector.BuildOptions): () => buildConnector.connector {
  // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED cannot change it.
  const make = (secureContext: SecureContext | null) =>
    buildConnector({ ...options, rejectUnauthorized: true, ...(secureContext !== null && { secureContext }) })
  let context = tls?.context ?? null
  let connector = make(context)
  return () => {
    const now = tls?.context ?? null
    if (now !== context) {
      context = now
      connector = make(now)
    }
    return connector
  }
}
