import type { Canonical, Trust } from '../../request/index.ts'

/** A request as a front hands it on, whatever it came over: what is used of Node's `IncomingMessage`, which is one. */
export interface InboundRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** As `RawRequest` has it. */
  readonly httpVersion: string
  /** Its one reading, where the front reads it otherwise than as HTTP/1.1. */
  canonicalize?(trust: Trust | null): Canonical
  /** Name, value, name, value …, as received. */
  readonly rawHeaders: readonly string[]
  readonly headers: { readonly expect?: string | undefined; readonly 'content-length'?: string | undefined }
  /** Whether all of it is there. */
  readonly complete: boolean
  /** Whether a body follows, where the head alone does not tell by its lines. */
  readonly withBody?: boolean
  readonly readableHighWaterMark: number
  readonly socket: Connection

  /** `end`: the whole body was read. `close`: nothing more comes, whether it is whole or not. */
  on(event: 'data', listener: (chunk: Buffer) => void): this
  on(event: 'end' | 'close', listener: () => void): this
  once(event: 'close', listener: () => void): this
  off(event: 'data', listener: (chunk: Buffer) => void): this
  off(event: 'end' | 'close', listener: () => void): this
  resume(): this
  pause(): this
}

/** What a request has to itself until its answer is there: a connection, or a stream of one. */
export interface Connection {
  readonly remoteAddress?: string | undefined
  readonly writable: boolean
  destroy(): unknown
  /** Ends it so that nobody takes what was sent for whole; left out where `destroy` does. */
  resetAndDestroy?(): unknown
  on(event: 'close', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
}
