import type { LookupAddress } from 'node:dns'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'
import { errors } from '../../../base/undici/index.ts'
import type { UpstreamTls } from '../../../tls/index.ts'
import { always } from '../connector.ts'
import { NoHttp2 } from '../upstream-failure.ts'

/** After which a service that is gone without a word is noticed: milliseconds without a byte until TCP asks. */
const KEEP_ALIVE = 30_000

/** Told once: of a connection on which HTTP/2 is to be spoken, or why there is none. */
export type Connected = (error: Error | null, socket: Socket | null) => void

/** Where, and as whom, an address is connected to. */
export interface Destination {
  readonly origin: string
  /** What the origin's name has been looked up to; null: the system looks it up each time. */
  readonly at: readonly LookupAddress[] | null
  /** What the service has of its own. */
  readonly tls: UpstreamTls | null
}

/**
 * Makes a connection for HTTP/2: over TLS by ALPN, where nothing else is offered (RFC 9113 §3.2), else by prior knowledge (§3.3).
 * Whatever a request says, the certificate is checked for the name in the configuration. Not by undici, which offers HTTP/1.1
 * before it.
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
    socket.destroy(new errors.ConnectTimeoutError(`no connection after ${timeout} ms`))
  }, timeout)
  timer.unref()
  const fail = (error: Error) => {
    clearTimeout(timer)
    told(error, null)
  }
  socket.once('error', fail)
  // Once it is told, an error is nobody's here; one that nobody hears ends the process.
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
  // RFC 6066 §3: an address is no server name. Without one, the certificate is checked for the address.
  const name = tls?.serverName ?? (isIP(host) === 0 ? host : undefined)
  return connectSecure({
    ...where,
    ALPNProtocols: ['h2'],
    // Said here, where nothing in the environment (NODE_TLS_REJECT_UNAUTHORIZED) can say otherwise.
    rejectUnauthorized: true,
    ...(name !== undefined && { servername: name }),
    ...(tls !== null && { secureContext: tls.context }),
  })
}
