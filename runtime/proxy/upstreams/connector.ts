import type { LookupAddress } from 'node:dns'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import type { buildConnector } from 'undici'
import { errors } from '../../base/undici/index.ts'
import type { UpstreamTls } from '../../tls/index.ts'
import { upstreamConnector } from '../../tls/upstream/upstream-connector.ts'
import { guardResponseHeads } from './guard-response-heads.ts'

/**
 * Bytes. A socket that holds as much as this is not read until somebody takes it, and to stop and to go on is a call of the
 * system each. Node reads 64 kB at a time.
 */
const MORE_THAN_A_READ = 65_537

/**
 * Makes connections to one address of an origin. `at`: what its name has been looked up to; null: the system looks it up each
 * time. `tls`: what the service has of its own. Whatever a request says, the certificate is checked for the name in the
 * configuration.
 */
export function connectorOf(
  origin: string,
  at: readonly LookupAddress[] | null,
  connectTimeout: number,
  tls: UpstreamTls | null,
): buildConnector.connector {
  const { hostname } = new URL(origin)
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  // undici's own time-out looks at the clock twice a second: short ones would come too late to try elsewhere.
  const options = { timeout: 0, highWaterMark: MORE_THAN_A_READ, ...(at !== null && { lookup: always(at) }) }
  const connector = upstreamConnector(tls, options) as () => Connect
  // RFC 6066 §3: an address is no server name. Without one, the certificate is checked for the address.
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
    const timer = setTimeout(giveUp, connectTimeout, connecting, `no connection after ${connectTimeout} ms`)
    timer.unref()
  }
}

/** What undici does, and does not declare. */
type Connect = (...args: Parameters<buildConnector.connector>) => Socket

function giveUp(socket: Socket, message: string): void {
  socket.destroy(new errors.ConnectTimeoutError(message))
}

/** A lookup that is over. */
export function always(at: readonly LookupAddress[]): LookupFunction {
  const [first] = at
  if (first === undefined) throw new Error('an address without an address')
  return (_name, { all }, callback) => {
    if (all) callback(null, [...at])
    else callback(null, first.address, first.family)
  }
}

/**
 * undici takes a reset for the end of an answer whose length only the connection's end tells, unless it has another name. Heard
 * before undici does: one that was cut off must not look whole.
 */
function nameReset(error: NodeJS.ErrnoException): void {
  if (error.code === 'ECONNRESET') error.code = 'UND_ERR_SOCKET'
}
