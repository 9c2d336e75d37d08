import type { Socket } from 'node:net'
import { type AddressRange, parseAddress } from '../../../request/index.ts'
import { peek } from '../connections/peek.ts'
import { setPeer } from '../connections/peer.ts'
import { readProxyHeader } from './read-proxy-header.ts'

/**
 * A connection of a trusted proxy begins with a header of the PROXY protocol, which is taken from it before anything else is
 * read. Destroys one whose header is not there after `ms`, or is none. Of anybody else nothing is taken: what claims to be a
 * header there is the beginning of a broken request, or of no handshake.
 */
export function takeProxyHeader(socket: Socket, proxies: readonly AddressRange[], ms: number, goOn: () => void): void {
  const peer = parseAddress(socket.remoteAddress ?? '')
  // One that is gone already has no address, and is nobody's.
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
