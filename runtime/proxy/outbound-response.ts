import { type IncomingMessage, ServerResponse } from 'node:http'

/**
 * How an answer ends, where that is to be said with its head: with it, with its body, or with trailers (of which there may be
 * none).
 */
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

/** Bytes of a body that are written as a text: with its head they must fit where Node writes one from. */
const SHORT = 12_288

/** Over HTTP/1.1. */
export class Http1Response extends ServerResponse<IncomingMessage> implements OutboundResponse {
  exchange: AnsweredRequest | null = null
  readonly multiplexed = false
  ending: Ending = 'body'

  /** Node leaves them out where the body is not chunked. */
  sendTrailers(fields: readonly string[]): void {
    const pairs: [string, string][] = []
    for (let i = 0; i < fields.length; i += 2) pairs.push([fields[i] as string, fields[i + 1] as string])
    this.addTrailers(pairs)
  }

  /**
   * Corked by us, they go out in one call of the system, and now. Node itself would wait for the end of what it is doing, and
   * call them more than a stream likes to hold until then: the service would be told to wait, and to go on, for each piece.
   */
  pass(...pieces: readonly Buffer[]): boolean {
    const { socket } = this
    let isTaken = true
    socket?.cork()
    for (const piece of pieces) isTaken = this.write(piece)
    socket?.uncork()
    return isTaken || this.writableLength === 0
  }

  /**
   * As text, Node puts the head and a short body together and writes them at once; bytes it would hand over beside the head,
   * which costs twice as much. Then there is nothing left that `end` would write. A chunked body is of several pieces in any
   * case.
   */
  endWith(...body: readonly Buffer[]): void {
    const { socket } = this
    const [piece] = body
    socket?.cork()
    if (body.length === 1 && piece !== undefined && piece.length <= SHORT && !this.chunkedEncoding) {
      this.write(piece.toString('latin1'), 'latin1')
      socket?.uncork()
      this.end()
    } else {
      for (const each of body) this.write(each)
      this.end()
      socket?.uncork()
    }
  }

  /**
   * Not by `writeEarlyHints`, which refuses links that are well-formed. Its turn has come, so that nothing else is under way on
   * the connection.
   */
  writeHints(headers: readonly string[]): void {
    let head = 'HTTP/1.1 103 Early Hints\r\n'
    for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`
    if (!this.headersSent && this.socket?.writable) this.socket.write(`${head}\r\n`, 'latin1')
  }
}
