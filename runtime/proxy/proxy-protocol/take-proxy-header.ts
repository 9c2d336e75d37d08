import type { Socket } from 'node:net'
import { type AddressRange, parseAddress } from '../../../request/index.ts'
import { setPeer } from '../connections/connection-state.ts'
import { peek } from '../connections/peek.ts'
import { readProxyHeader } from './read-proxy-header.ts'

/**
 * Consumes the PROXY protocol header of a trusted proxy's connection, and calls `goOn`. Destroys the connection if the header
 * is invalid, or incomplete after `ms` milliseconds. From other peers nothing is consumed, so that a header makes their request
 * or TLS handshake invalid.
 */
export function takeProxyHeader(socket: Socket, proxies: readonly AddressRange[], ms: number, goOn: () => void): void {
  const peer = parseAddress(socket.remoteAddress ?? '')
  // An already closed connection has no address.
  if (peer === null) return void socket.destroy()
  if (!proxies.some((holds) => holds(peer))) return void goOn()
  peek(socket, ms, (seen) => {
    const header = readProxyHeader(seen)
    if (header.kind === 'partial') return null
    if (header.kind === 'broken') return 'cut'
    const { client, length } = header
    if (client !== null) setPeer(socket, client)
    return { length, goOn }
  })
}
