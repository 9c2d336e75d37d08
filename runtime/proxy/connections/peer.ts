import { tlsConnectionOf } from '../../tls/index.ts'

/** A symbol property, not a map: this is read for each request. */
const CLIENT = Symbol('the client that a trusted proxy has named')

interface Carrying {
  readonly remoteAddress?: string | undefined
  [CLIENT]?: string
}

/** Stores the client address that a trusted proxy sent by the PROXY protocol. For TLS: of the TCP connection below. */
export function setPeer(socket: object, address: string): void {
  ;(socket as Carrying)[CLIENT] = address
}

/** Returns the address of the peer, or of the client that a trusted proxy forwards. */
export function peerOf(socket: Carrying): string | undefined {
  return socket[CLIENT] ?? (tlsConnectionOf(socket)?.transport as Carrying | null | undefined)?.[CLIENT] ?? socket.remoteAddress
}
