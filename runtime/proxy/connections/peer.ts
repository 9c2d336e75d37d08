import { tlsConnectionOf } from '../../tls/index.ts'

/** Not in a map beside it: what is asked once for each request is to cost nothing. */
const CLIENT = Symbol('the client that a trusted proxy has named')

interface Carrying {
  readonly remoteAddress?: string | undefined
  [CLIENT]?: string
}

/** A trusted proxy has said by the PROXY protocol whose connection it is; of a connection of TLS, that of TCP below. */
export function setPeer(socket: object, address: string): void {
  ;(socket as Carrying)[CLIENT] = address
}

/** The address of whoever is at the other end of a connection, or of the client for which it is made. */
export function peerOf(socket: Carrying): string | undefined {
  return socket[CLIENT] ?? (tlsConnectionOf(socket)?.transport as Carrying | null | undefined)?.[CLIENT] ?? socket.remoteAddress
}
