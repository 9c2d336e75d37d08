import { isIP } from 'node:net'
import { Pool } from 'undici'
import { type UpstreamTls, upstreamConnector } from '../tls/index.ts'

export interface Upstream {
  /** `http://10.0.0.1:8080` */
  readonly origin: string
  readonly pool: Pool
  /**
   * What undici files connections of TLS under. Left out, it takes it from each request's Host: a client would choose the name
   * that the certificate is checked for.
   */
  readonly servername: string
  /** Milliseconds in which an answer must begin, and go on. */
  readonly timeout: number
}

export interface UpstreamConfig {
  /** Origins. */
  readonly upstreams: readonly string[]
  /** Milliseconds. */
  readonly timeout: number
}

/** Where services are: a pool of connections for each address, taken in turn. */
export class Upstreams {
  readonly #services = new Map<string, { readonly upstreams: readonly Upstream[]; next: number }>()

  /** `connectTimeout` in milliseconds; `tls` for those services that have some of their own. */
  constructor(
    services: Readonly<Record<string, UpstreamConfig>>,
    connectTimeout: number,
    tls: Readonly<Record<string, UpstreamTls>> = {},
  ) {
    for (const [name, { upstreams, timeout }] of Object.entries(services)) {
      const all = upstreams.map((origin) => openUpstream(origin, timeout, Math.min(connectTimeout, timeout), tls[name] ?? null))
      this.#services.set(name, { upstreams: all, next: 0 })
    }
  }

  /** Null for a service that the configuration does not name. */
  pick(service: string): Upstream | null {
    const found = this.#services.get(service)
    if (found === undefined) return null
    found.next = (found.next + 1) % found.upstreams.length
    return found.upstreams[found.next] ?? null
  }

  /** Breaks what is still under way. */
  async close(): Promise<void> {
    const all = [...this.#services.values()].flatMap(({ upstreams }) => upstreams)
    await Promise.all(all.map(({ pool }) => pool.destroy()))
  }
}

function openUpstream(origin: string, timeout: number, connectTimeout: number, tls: UpstreamTls | null): Upstream {
  const { hostname } = new URL(origin)
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  const connector = upstreamConnector(tls, { timeout: connectTimeout })
  // RFC 6066 §3: an address is no server name. Without one, the certificate is checked for the address.
  const name = tls?.serverName ?? (isIP(address) === 0 ? hostname : undefined)
  const pool = new Pool(origin, {
    connect: ({ servername: _, ...options }, callback) =>
      connector()({ ...options, host: hostname, ...(name !== undefined && { servername: name }) }, (...[error, socket]) => {
        if (error !== null) return void callback(error, null)
        socket.on('error', nameReset)
        callback(null, socket)
      }),
    headersTimeout: timeout,
    bodyTimeout: timeout,
  })
  return { origin, pool, servername: hostname, timeout }
}

/**
 * undici takes a reset for the end of an answer whose length only the connection's end tells, unless it has another name. Heard
 * before undici does: one that was cut off must not look whole.
 */
function nameReset(error: NodeJS.ErrnoException): void {
  if (error.code === 'ECONNRESET') error.code = 'UND_ERR_SOCKET'
}
