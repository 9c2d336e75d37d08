import { tlsConnectionOf } from '../../tls/index.ts'

/** Symbol properties, not maps: they are read for each request. */
const CLIENT = Symbol('the client that a trusted proxy has named')
const ENDED = Symbol('further requests of the connection are ignored')

interface State {
  readonly remoteAddress?: string | undefined
  [CLIENT]?: string
  [ENDED]?: true
}

/** Stores the client address that a trusted proxy sent by the PROXY protocol. For TLS: of the TCP connection below. */
export function setPeer(socket: object, address: string): void {
  ;(socket as State)[CLIENT] = address
}

/** Returns the address of the peer, or of the client that a trusted proxy forwards. */
export function peerOf(socket: State): string | undefined {
  return socket[CLIENT] ?? (tlsConnectionOf(socket)?.transport as State | null | undefined)?.[CLIENT] ?? socket.remoteAddress
}

/** Ignores further requests of the connection: an ambiguous message may have left bytes behind. */
export function endConnection({ socket }: { readonly socket: object }): void {
  ;(socket as State)[ENDED] = true
}

export function hasEnded({ socket }: { readonly socket: object }): boolean {
  return (socket as State)[ENDED] === true
}
