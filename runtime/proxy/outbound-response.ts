/** What a response ends with: its head, its body, or (possibly empty) trailers. */
export type Ending = 'head' | 'body' | 'trailers'

/** The request of a response, as HTTP servers see it; `contextOf` returns all of it. */
export interface AnsweredRequest {
  /** Its forwarding; `null` until it begins. */
  readonly carrying: object | null
  /** Why it was refused or aborted. */
  code: string | null
}

/** A response to any HTTP server: the used part of Node's `ServerResponse`. */
export interface OutboundResponse {
  /** Its request, found when a connection breaks. */
  context: AnsweredRequest | null
  /** Whether its connection carries other requests concurrently and so outlives any of them. */
  readonly multiplexed: boolean
  /** Whether the connection stays open afterwards; ignored if multiplexed. */
  shouldKeepAlive: boolean
  /** Ignored over HTTP/1.1. */
  ending: Ending
  readonly headersSent: boolean
  readonly statusCode: number
  /** Whether it was sent completely. */
  readonly writableFinished: boolean
  /** Bytes that the client has not taken yet. */
  readonly writableLength: number

  writeContinue(): void
  /** Sends a 103 (RFC 8297). `headers`: name, value, … */
  writeHints(headers: readonly string[]): void
  writeHead(status: number, headers: string[]): unknown
  write(content: Buffer | string): unknown
  /** Writes pieces of the body at once. Returns false if the client is full; `drain` follows. */
  pass(...pieces: readonly Buffer[]): boolean
  flushHeaders(): void
  /** Trailers to send at the end: name, value, … */
  sendTrailers(fields: readonly string[]): void
  end(content?: Buffer | string): unknown
  /** Sends the head with the whole body. */
  endWith(...body: readonly Buffer[]): void
  /** Aborts it so that it does not look complete. */
  destroy(): unknown
  on(event: 'close' | 'drain', listener: () => void): unknown
  once(event: 'close', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
}
