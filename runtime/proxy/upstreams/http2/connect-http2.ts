import type { LookupAddress } from 'node:dns'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import { errors } from '../../../base/undici/index.ts'
import type { UpstreamTls } from '../../../tls/index.ts'
import { always } from '../connector.ts'
import { NoHttp2 } from '../upstream-failure.ts'

/** Milliseconds without a byte until TCP keep-alive probes, which detect a silently lost service. */
const KEEP_ALIVE = 30_000

/** Callback for a connection attempt, called once with an HTTP/2 connection or an error. */
export type Connected = (error: Error | null, socket: Socket | null) => void

export interface Destination {
  readonly origin: string
  /** IP addresses of the origin's host name; `null` if the system resolves the name for each connection. */
  readonly at: readonly LookupAddress[] | null
  /** TLS settings of the service; `null` for the defaults. */
  readonly tls: UpstreamTls | null
}

/**
 * Opens an HTTP/2 connection: over TLS by ALPN without any other offer (RFC 9113 §3.2), else by prior knowledge (§3.3).
 * Certificates are checked for the configured name, whatever `Host` a request has. Does not use undici's connector, which prefers
 * HTTP/1.1.
 *
 * @param timeout maximum milliseconds to open the connection
 */
export function connectHttp2({ origin, at, tls }: Destination, timeout: number, told: Connected): void {
  const { protocol, hostname, port } = new URL(origin)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const isSecure = protocol === 'https:'
  const where = { host, port: Number(port || (isSecure ? 443 : 80)), ...(at !== null && { lookup: always(at) }) }
  const socket = isSecure ? secure(where, host, tls) : connectPlain(where)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, KEEP_ALIVE)
  const timer = setTimeout(() => {
    socket.destroy(
      new errors.ConnectTimeoutError(
        `no connection to \`${origin}\` within ${timeout} ms (\`timeouts.connect\`): check the address and the service`,
      ),
    )
  }, timeout)
  timer.unref()
  const fail = (error: Error) => {
    clearTimeout(timer)
    told(error, null)
  }
  socket.once('error', fail)
  // Later errors are handled elsewhere; unhandled ones would end the process.
  socket.on('error', () => {})
  socket.once(isSecure ? 'secureConnect' : 'connect', () => {
    clearTimeout(timer)
    socket.off('error', fail)
    if (!isSecure || ('alpnProtocol' in socket && socket.alpnProtocol === 'h2')) return void told(null, socket)
    socket.destroy()
    told(new NoHttp2('the service has not agreed to HTTP/2 by ALPN'), null)
  })
}

function secure(where: { readonly host: string; readonly port: number }, host: string, tls: UpstreamTls | null): Socket {
  // RFC 6066 §3: an IP address is no server name. Without one, the certificate is checked for the address.
  const name = tls?.serverName ?? (isIP(host) === 0 ? host : undefined)
  return connectSecure({
    ...where,
    ALPNProtocols: ['h2'],
    // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED cannot change it.
    rejectUnauthorized: true,
    ...(name !== undefined && { servername: name }),
    ...(tls !== null && { secureContext: tls.context }),
  })
}
