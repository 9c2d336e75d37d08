import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/**
 * A request over HTTP/1.1 that can be upgraded to WebSocket only. Other `Upgrade` values are ignored (RFC 9110 §7.8), because
 * `curl --http2` and Java's client offer `h2c` with ordinary requests. Node reads `upgrade` after the headers, and parses an
 * ordinary request if it is false.
 */
export class Http1Incoming extends IncomingMessage {
  /** Set by Node's parser: CONNECT, or `Upgrade` with `Connection: upgrade`. Declared, as a field would reset it. */
  declare private found: boolean | null

  get upgrade(): boolean {
    return this.found === true && (this.method === 'CONNECT' || this.#opensWebSocket())
  }

  set upgrade(found: boolean | null) {
    this.found = found
  }

  /**
   * Whether bytes after an ignored `Upgrade` header may be lost, so that the connection must close. Must be read while Node
   * parses the request.
   */
  get mayLoseNext(): boolean {
    return this.found === true && !endsWithHead(this.socket)
  }

  /** A single line with one protocol. HTTP/1.0 has no `Upgrade`. */
  #opensWebSocket(): boolean {
    return this.httpVersion === '1.1' && this.headers.upgrade?.toLowerCase() === 'websocket'
  }
}

/** Node drops what follows an `Upgrade` request in its piece: nothing, if the piece ends with its only end of a head. */
function endsWithHead(socket: Socket): boolean {
  const { parser } = socket as Socket & { readonly parser?: { getCurrentBuffer?(): Buffer | undefined } | null }
  const piece = parser?.getCurrentBuffer?.()
  return piece !== undefined && piece.length >= 4 && piece.indexOf('\r\n\r\n') === piece.length - 4
}
