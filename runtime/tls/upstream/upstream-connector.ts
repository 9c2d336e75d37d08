import type { SecureContext } from 'node:tls'
import { buildConnector } from '../../base/undici/index.ts'
import type { UpstreamTls } from './upstream-tls.ts'

/**
 * How connections to an upstream are made, asked anew for each one; `options` as undici has them. Sessions are taken up again
 * only under the files that they began with.
 */
export function upstreamConnector(tls: UpstreamTls | null, options: buildConnector.BuildOptions): () => buildConnector.connector {
  // Said here, where nothing in the environment (NODE_TLS_REJECT_UNAUTHORIZED) can say otherwise.
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
