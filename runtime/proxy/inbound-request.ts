import type { Canonical, Trust } from '../../request/index.ts'

/**
 * A request from a client over any HTTP version: the part of Node's `IncomingMessage` that the proxy uses. `IncomingMessage`
 * implements it.
 */
export interface InboundRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** HTTP version as in `RawRequest`: `1.0`, `1.1` or `h2`. */
  readonly httpVersion: string
  /** Parses the request into its canonical form. Without this method, the request is parsed as HTTP/1.1. */
  canonicalize?(trust: Trust | null): Canonical
  /** Headers as received: a flat list of names and values. */
  readonly rawHeaders: readonly string[]
  readonly headers: { readonly expect?: string | undefined; readonly 'content-length'?: string | undefined }
  /** Whether the request was received completely. */
  readonly complete: boolean
  /** Whether a body follows the head. Absent if this depends on the headers alone, as over HTTP/1.1. */
  readonly withBody?: boolean
  /** Whether the body cannot be read whole, because another proxy keeps it. Absent: it can. */
  readonly isCut?: boolean
  /** Whether the body was not read, because there was no memory for it. Absent: it was, or can be. */
  readonly isUnread?: boolean
  readonly readableHighWaterMark: number
  readonly socket: Connection

  /**
   * Registers an event listener. `end` means that the whole body was read; `close` that nothing more will arrive, even if the
   * request is incomplete.
   */
  on(event: 'data', listener: (chunk: Buffer) => void): this
  on(event: 'end' | 'close', listener: () => void): this
  once(event: 'close', listener: () => void): this
  off(event: 'data', listener: (chunk: Buffer) => void): this
  off(event: 'end' | 'close', listener: () => void): this
  resume(): this
  pause(): this
}

/** The connection of a request until its response ends: a TCP or TLS socket, or an HTTP/2 stream. */
export interface Connection {
  readonly remoteAddress?: string | undefined
  readonly writable: boolean
  destroy(): unknown
  /** Resets the connection, so that a truncated response does not look complete. Absent if `destroy` resets. */
  resetAndDestroy?(): unknown
  on(event: 'close', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
}
