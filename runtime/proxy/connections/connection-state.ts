import { tlsConnectionOf } from '../../tls/index.ts'
import type { AbortCode } from '../refusals/abort-codes.ts'

/** Symbol properties, not maps: they are read for each request. */
const CLIENT = Symbol('the client that a trusted proxy has named')
const ENDED = Symbol('further requests of the connection are ignored')
const REASON = Symbol('why the proxy closes the connection')

/** Why the proxy closes a connection; `null`: it has not decided to. HTTP/2 streams share that of their connection. */
export interface CloseReason {
  code: AbortCode | null
}

interface State {
  readonly remoteAddress?: string | undefined
  [CLIENT]?: string
  [ENDED]?: true
  [REASON]?: CloseReason
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

/** Returns the close reason of a TCP connection, for writing. */
export function closeReasonOf(socket: object): CloseReason {
  const state = socket as State
  state[REASON] ??= { code: null }
  return state[REASON]
}

/** Makes a stream share the close reason of its connection. */
export function shareCloseReason(stream: object, reason: CloseReason): void {
  ;(stream as State)[REASON] = reason
}

/** Returns why a request without a complete response has ended. `socket`: its connection or stream. */
export function abortCodeOf(socket: object): AbortCode {
  return closedWith(socket) ?? closedWith(tlsConnectionOf(socket)?.transport) ?? 'client-closed'
}

function closedWith(socket: object | null | undefined): AbortCode | null {
  return (socket as State | null | undefined)?.[REASON]?.code ?? null
}
