import type { LookupAddress } from 'node:dns'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import type { buildConnector } from 'undici'
import { errors } from '../../base/undici/index.ts'
import type { UpstreamTls } from '../../tls/index.ts'
import { upstreamConnector } from '../../tls/upstream/upstream-connector.ts'
import { guardResponseHeads } from './guard-response-heads.ts'

/** High-water mark in bytes, above Node's 64 kB reads: reaching it would stop and restart reading with a system call each. */
const MORE_THAN_A_READ = 65_537

/**
 * Returns a function by which undici connects to an address. Certificates are checked for the configured name, whatever `Host` a
 * request has.
 *
 * @param at IP addresses of the origin's host name; `null` if the system resolves the name for each connection
 * @param connectTimeout maximum milliseconds to open a connection
 * @param tls TLS settings of the service
 */
export function connectorOf(
  origin: string,
  at: readonly LookupAddress[] | null,
  connectTimeout: number,
  tls: UpstreamTls | null,
): buildConnector.connector {
  const { hostname } = new URL(origin)
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  // undici's timeout has half-second precision, too coarse to try another address in time.
  const options = { timeout: 0, highWaterMark: MORE_THAN_A_READ, ...(at !== null && { lookup: always(at) }) }
  const connector = upstreamConnector(tls, options) as () => Connect
  // RFC 6066 §3: an IP address is no server name. Without one, the certificate is checked for the address.
  const name = tls?.serverName ?? (isIP(address) === 0 ? hostname : undefined)
  return ({ servername: _, ...options }, callback) => {
    const made = { ...options, host: hostname, ...(name !== undefined && { servername: name }) }
    const connecting = connector()(made, (...[error, socket]) => {
      clearTimeout(timer)
      if (error !== null) return void callback(error, null)
      socket.on('error', nameReset)
      guardResponseHeads(socket)
      callback(null, socket)
    })
    const timer = setTimeout(
      giveUp,
      connectTimeout,
      connecting,
      `no connection to \`${origin}\` within ${connectTimeout} ms (\`timeouts.connect\`): check the address and the service`,
    )
    timer.unref()
  }
}

/** What undici does but does not declare. */
type Connect = (...args: Parameters<buildConnector.connector>) => Socket

function giveUp(socket: Socket, message: string): void {
  socket.destroy(new errors.ConnectTimeoutError(message))
}

export function always(at: readonly LookupAddress[]): LookupFunction {
  const [first] = at
  if (first === undefined) throw new Error('an upstream has no IP address to connect to: this is a bug in iap; report it')
  return (_name, { all }, callback) => {
    if (all) callback(null, [...at])
    else callback(null, first.address, first.family)
  }
}

/** Renames resets before undici sees them: it would take one for the normal end of a close-delimited response. */
function nameReset(error: NodeJS.ErrnoException): void {
  if (error.code === 'ECONNRESET') error.code = 'UND_ERR_SOCKET'
}
