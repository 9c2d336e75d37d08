import { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/**
 * A request of HTTP/1.1 that leaves its connection to another protocol only for a WebSocket. Every other `Upgrade` is ignored, as
 * RFC 9110 §7.8 allows: `curl --http2` and Java's client offer `h2c` with ordinary requests. Node asks `upgrade` once the header
 * lines are there; if it is false, Node reads body and following requests as usual.
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

  /** True if an `Upgrade` is ignored and bytes behind the request may be lost. Asked while Node parses them, not later. */
  get mayLoseNext(): boolean {
    return this.found === true && !endsWithHead(this.socket)
  }

  /** One line with one protocol. HTTP/1.0 has no `Upgrade`. */
  #opensWebSocket(): boolean {
    return this.httpVersion === '1.1' && this.headers.upgrade?.toLowerCase() === 'websocket'
  }
}

/**
 * Node's parser stops behind a request with `Upgrade`, and Node throws away what else came in the same piece. Nothing did if the
 * piece ends with the only end of a head in it.
 */
function endsWithHead(socket: Socket): boolean {
  const { parser } = socket as Socket & { readonly parser?: { getCurrentBuffer?(): Buffer | undefined } | null }
  const piece = parser?.getCurrentBuffer?.()
  return piece !== undefined && piece.length >= 4 && piece.indexOf('\r\n\r\n') === piece.length - 4
}
