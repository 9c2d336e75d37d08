import { type IncomingMessage, ServerResponse } from 'node:http'
import type { AnsweredRequest, Ending, OutboundResponse } from '../outbound-response.ts'

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

  /** Not by `writeEarlyHints`, which refuses valid links. Only the response whose turn it is writes to the connection. */
  writeHints(headers: readonly string[]): void {
    let head = 'HTTP/1.1 103 Early Hints\r\n'
    for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`
    if (!this.headersSent && this.socket?.writable) this.socket.write(`${head}\r\n`, 'latin1')
  }
}
