import { tlsConnectionOf } from '../../tls/index.ts'
import type { AbortCode } from '../refusals/abort-codes.ts'

/** Symbol properties, not maps: they are read for each request. */
const CLIENT = Symbol('the client that a trusted proxy has named')
const ENDED = Symbol('further requests of the connection are ignored')
const REASON = Symbol('why the proxy closes the connection')

/**
 * Holds the reason for which the proxy closes a connection (`code`); `null` while the proxy does not close it. All HTTP/2 streams
 * of a connection share one object.
 */
export interface CloseReason {
  code: AbortCode | null
}

interface State {
  readonly remoteAddress?: string | undefined
  [CLIENT]?: string
  [ENDED]?: true
  [REASON]?: CloseReason
}

/**
 * Stores on a socket the client address that a trusted proxy sent in a PROXY protocol header. For TLS, `socket` is the underlying
 * TCP connection.
 */
export function setPeer(socket: object, address: string): void {
  ;(socket as State)[CLIENT] = address
}

/** Returns the IP address of the client: the one in the PROXY protocol header if there is one, else that of the TCP peer. */
export function peerOf(socket: State): string | undefined {
  return socket[CLIENT] ?? (tlsConnectionOf(socket)?.transport as State | null | undefined)?.[CLIENT] ?? socket.remoteAddress
}

/** Makes the proxy ignore further requests on a connection, because an ambiguous message may have left bytes behind. */
export function endConnection({ socket }: { readonly socket: object }): void {
  ;(socket as State)[ENDED] = true
}

export function hasEnded({ socket }: { readonly socket: object }): boolean {
  return (socket as State)[ENDED] === true
}

/** Returns the object that holds the reason for which the proxy closes a TCP connection. The caller may set the reason. */
export function closeReasonOf(socket: object): CloseReason {
  const state = socket as State
  state[REASON] ??= { code: null }
  return state[REASON]
}

/** Makes an HTTP/2 stream share the close reason of its connection. */
export function shareCloseReason(stream: object, reason: CloseReason): void {
  ;(stream as State)[REASON] = reason
}

/**
 * Returns the code for a request that ended before its response was complete.
 *
 * @param socket the connection of the request, or its HTTP/2 stream
 */
export function abortCodeOf(socket: object): AbortCode {
  return closedWith(socket) ?? closedWith(tlsConnectionOf(socket)?.transport) ?? 'client-closed'
}

function closedWith(socket: object | null | undefined): AbortCode | null {
  return (socket as State | null | undefined)?.[REASON]?.code ?? null
}
