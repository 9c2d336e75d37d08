import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { Http1Response } from '../listeners/http1-response.ts'

/** Maximum bytes that a client may send ahead. */
const MOST_AHEAD = 65_536

/**
 * A connection whose client requests another protocol. Node no longer reads from it, so this class detects when the client
 * leaves.
 */
export class Upgrade {
  readonly answer: Http1Response
  readonly #socket: Socket
  readonly #ahead: Buffer[]
  #length: number

  /**
   * Takes over a connection from Node's HTTP server, and keeps the bytes that its client sends until `release` is called.
   *
   * @param head bytes that Node has read after the request
   */
  constructor(incoming: IncomingMessage, socket: Socket, head: Buffer) {
    this.#socket = socket
    this.#ahead = [head]
    this.#length = head.length
    this.answer = new Http1Response(incoming)
    this.answer.shouldKeepAlive = false
    this.answer.assignSocket(socket)
    this.answer.once('finish', this.#finish)
    socket.on('drain', this.#drain).on('data', this.#hear).on('end', this.#leave)
  }

  /** Whether the client has closed its side of the connection. Such a client expects at most a response. */
  get hasLeft(): boolean {
    return this.#socket.readableEnded
  }

  /** Hands the connection over to the caller. Returns its socket and the bytes that the client has sent after its request. */
  release(): { readonly socket: Socket; readonly ahead: Buffer } {
    const socket = this.#socket
    this.answer.off('finish', this.#finish)
    this.answer.detachSocket(socket)
    socket.off('drain', this.#drain).off('data', this.#hear).off('end', this.#leave)
    return { socket, ahead: Buffer.concat(this.#ahead) }
  }

  readonly #hear = (chunk: Buffer) => {
    this.#ahead.push(chunk)
    this.#length += chunk.length
    if (this.#length > MOST_AHEAD) this.#socket.pause()
  }

  readonly #leave = () => {
    if (this.answer.context?.forwarding) this.#socket.destroy()
  }

  /** As Node does for its own responses. */
  readonly #drain = () => {
    this.answer.emit('drain')
  }

  readonly #finish = () => {
    this.answer.detachSocket(this.#socket)
    this.#socket.destroySoon()
  }
}
