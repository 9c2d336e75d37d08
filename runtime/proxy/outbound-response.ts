/** What a response ends with: its head, its body, or trailers, of which there may be none. */
export type Ending = 'head' | 'body' | 'trailers'

/** The request of a response, as HTTP servers see it; `contextOf` has all of it. */
export interface AnsweredRequest {
  /** What forwards it; null: it is not forwarded yet. */
  readonly carrying: object | null
}

/** An answer as a front takes it, whatever it goes over: what is used of Node's `ServerResponse`. */
export interface OutboundResponse {
  /** What it belongs to: a connection that breaks tells only of its answer. */
  exchange: AnsweredRequest | null
  /** Whether its connection can carry other exchanges at the same time: then nothing of it ends that. */
  readonly multiplexed: boolean
  /** False: its connection ends with it, unless that is multiplexed. */
  shouldKeepAlive: boolean
  /** Over HTTP/1.1 it makes no difference. */
  ending: Ending
  readonly headersSent: boolean
  readonly statusCode: number
  /** All of it has gone out. */
  readonly writableFinished: boolean
  /** Bytes that wait for the client to take them. */
  readonly writableLength: number

  writeContinue(): void
  /** 103, before the answer itself (RFC 8297). `headers`: name, value, name, value … */
  writeHints(headers: readonly string[]): void
  /** `headers`: name, value, name, value … */
  writeHead(status: number, headers: string[]): unknown
  write(content: Buffer | string): unknown
  /** Pieces of its body, at once. False: it is more than the client takes now; `drain` tells when it has taken it. */
  pass(...pieces: readonly Buffer[]): boolean
  flushHeaders(): void
  /** `fields`: name, value, name, value …, to be sent with the end. */
  sendTrailers(fields: readonly string[]): void
  end(content?: Buffer | string): unknown
  /** Its whole body, in one with the head. */
  endWith(...body: readonly Buffer[]): void
  /** Breaks it off: nobody takes what was sent for whole. */
  destroy(): unknown
  on(event: 'close' | 'drain', listener: () => void): unknown
  once(event: 'close', listener: () => void): unknown
  off(event: 'close', listener: () => void): unknown
}
