import { type IncomingMessage, ServerResponse } from 'node:http'
import type { AnsweredRequest, Ending, OutboundResponse } from '../outbound-response.ts'

/** Bytes of a body that are written as a string: with the head they must fit Node's buffer. */
const SHORT = 12_288

export class Http1Response extends ServerResponse<IncomingMessage> implements OutboundResponse {
  context: AnsweredRequest | null = null
  readonly multiplexed = false
  ending: Ending = 'body'

  /** Sets the trailers of the response. Node omits them if the body is not chunked. */
  sendTrailers(fields: readonly string[]): void {
    const pairs: [string, string][] = []
    for (let i = 0; i < fields.length; i += 2) pairs.push([fields[i] as string, fields[i + 1] as string])
    this.addTrailers(pairs)
  }

  /**
   * Writes pieces of the body at once with one system call. Otherwise Node would write at the end of the turn, and its buffer
   * would pause the service after each piece.
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
   * Sends the head with the whole body. A short body is written as a string, because Node then sends head and body with one
   * system call, at half the cost.
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

  /** Sends a `103 Early Hints` response (RFC 8297). Does not use Node's `writeEarlyHints`, which rejects valid links. */
  writeHints(headers: readonly string[]): void {
    let head = 'HTTP/1.1 103 Early Hints\r\n'
    for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`
    if (!this.headersSent && this.socket?.writable) this.socket.write(`${head}\r\n`, 'latin1')
  }
}
