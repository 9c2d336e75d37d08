import type { Canonical, Trust } from '../../request/index.ts'

/** A request from any HTTP server: the used part of Node's `IncomingMessage`, which implements it. */
export interface InboundRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** As in `RawRequest`. */
  readonly httpVersion: string
  /** Parses it, if not as HTTP/1.1. */
  canonicalize?(trust: Trust | null): Canonical
  /** Name, value, … as received. */
  readonly rawHeaders: readonly string[]
  readonly headers: { readonly expect?: string | undefined; readonly 'content-length'?: string | undefined }
  /** Whether it was received completely. */
  readonly complete: boolean
  /** Whether a body follows, if the headers alone do not tell. */
  readonly withBody?: boolean
  readonly readableHighWaterMark: number
  readonly socket: Connection

  /** `end`: the whole body was read. `close`: nothing more comes, complete or not. */
  on(event: 'data', listener: (chunk: Buffer) => void): this
  on(event: 'end' | 'close', listener: () => void): this
  once(event: 'close', listener: () => void): this
  off(event: 'data', listener: (chunk: Buffer) => void): this
  off(event: 'end' | 'close', listener: () => void): this
  resume(): this
  pause(): this
}

/** What a request owns until its response ends: a connection, or a stream. */
export interface Connection {
  readonly remoteAddress?: string | undefined
  readonly writable: boolean
  destroy(): unknown
  /** Resets it, so that no truncated response looks complete; absent if `destroy` does. */
  resetAndDestroy?(): unknown
  on(event: 'close', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
}
