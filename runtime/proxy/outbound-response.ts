/** Kind of the last part of a response: `head` if there is no body, `body`, or `trailers`, which may be empty. */
export type Ending = 'head' | 'body' | 'trailers'

/**
 * The members of a request's context that HTTP servers need to handle errors of its response. `contextOf` returns the whole
 * context.
 */
export interface AnsweredRequest {
  /** Object that forwards the request to its service; `null` until forwarding begins. */
  readonly forwarding: object | null
  /** The code for which the request was refused or aborted; `null` if it was not. */
  code: string | null
}

/** A response to a client over any HTTP version: the part of Node's `ServerResponse` that the proxy uses. */
export interface OutboundResponse {
  /** The request that this response answers. Error handlers use it when the connection breaks. */
  context: AnsweredRequest | null
  /** Whether the connection serves several requests concurrently and outlives each of them, as with HTTP/2. */
  readonly multiplexed: boolean
  /** Whether the connection stays open after the response. Ignored if `multiplexed`. */
  shouldKeepAlive: boolean
  /** Kind of the last part of the response. Must be set before the head is written. Ignored over HTTP/1.1. */
  ending: Ending
  readonly headersSent: boolean
  readonly statusCode: number
  /** Whether the response was sent completely. */
  readonly writableFinished: boolean
  /** Number of buffered bytes that the client has not read yet. */
  readonly writableLength: number

  writeContinue(): void
  /**
   * Sends a `103 Early Hints` response (RFC 8297).
   *
   * @param headers flat list of names and values
   */
  writeHints(headers: readonly string[]): void
  writeHead(status: number, headers: string[]): unknown
  write(content: Buffer | string): unknown
  /** Writes pieces of the body without delay. Returns false if the client does not keep up; the event `drain` follows. */
  pass(...pieces: readonly Buffer[]): boolean
  flushHeaders(): void
  /**
   * Sets the trailers, which are sent at the end of the response.
   *
   * @param fields flat list of names and values
   */
  sendTrailers(fields: readonly string[]): void
  end(content?: Buffer | string): unknown
  /** Sends the head with the whole body, and ends the response. */
  endWith(...body: readonly Buffer[]): void
  /** Aborts the response so that the client can tell that it is incomplete. */
  destroy(): unknown
  on(event: 'close' | 'drain', listener: () => void): unknown
  once(event: 'close', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
}
