import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2'
import type { Socket } from 'node:net'
import { addAbortSignal } from 'node:stream'
import { deferReset } from '../../../base/waiting.ts'

/** Flow-control window of a stream, in bytes. */
const WINDOW = 262_144

/** Maximum bytes of response headers, as for HTTP/1.1. */
export const MAX_HEADER_LIST = 16_384

/** Megabytes of pending requests: Node resets streams beyond; back-pressure sets in earlier. */
const MEMORY = 100

/** A new connection replaces this one before stream IDs (31 bits) run out. */
const MOST_REQUESTS = 1_000_000

/** Also before a service takes cancellations by clients for an attack and closes the whole connection (CVE-2023-44487). */
const MOST_RESETS = 250

export interface SessionTimeouts {
  /** Milliseconds after which an idle connection is closed. */
  readonly idle: number
  /** Milliseconds without a byte from a service that owes a response until the proxy sends a PING. */
  readonly silence: number
  /** Maximum milliseconds until a PING is answered. */
  readonly ping: number
}

/** The service did not answer a PING: all requests of the connection are lost. */
class Silent extends Error {
  readonly code = 'UND_ERR_SOCKET'
}

const GONE = AbortSignal.abort()

export class Http2Session {
  /** Whether the connection accepts no more requests. Requests under way may complete. */
  retired = false
  /** Highest ID of a stream that the service may have processed (GOAWAY, RFC 9113 §6.8). */
  lastStream = Number.POSITIVE_INFINITY
  readonly #session: ClientHttp2Session
  readonly #socket: Socket
  readonly #timeouts: SessionTimeouts
  readonly #timer: NodeJS.Timeout
  readonly #onRoom: () => void
  #isReady = false
  #most = 0
  #open = 0
  #requests = 0
  #resets = 0
  #failure: Error | null = null
  /** When the service last sent something, or first owed something. */
  #heard = performance.now()
  #pinging = false
  /** Whether it has answered a ping and owes no more than then. */
  #asked = false

  /**
   * Starts HTTP/2 on an open connection to a service.
   *
   * @param socket connection that uses HTTP/2
   * @param onReady called once, when the service's settings arrive
   * @param onRoom called when a stream may have become free
   * @param onClose called when the connection has closed, with the error if there was one
   */
  constructor(
    origin: string,
    socket: Socket,
    timeouts: SessionTimeouts,
    { onReady, onRoom, onClose }: { onReady(): void; onRoom(): void; onClose(failure: Error | null): void },
  ) {
    this.#timeouts = timeouts
    this.#onRoom = onRoom
    const session = connect(origin, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: WINDOW, maxHeaderListSize: MAX_HEADER_LIST },
      maxSessionMemory: MEMORY,
    })
    this.#session = session
    this.#socket = socket
    // A service may reject the certificate after the handshake, in which case the session ends without an error.
    socket.on('error', (error) => {
      this.#failure ??= error
      socket.destroy()
    })
    session.on('error', (error) => {
      this.#failure ??= error
    })
    session.on('remoteSettings', ({ maxConcurrentStreams }) => {
      this.#most = maxConcurrentStreams ?? Number.POSITIVE_INFINITY
      if (!this.#isReady) onReady()
      this.#isReady = true
      onRoom()
    })
    session.on('goaway', (_code, lastStream) => {
      this.retired = true
      this.lastStream = lastStream ?? Number.POSITIVE_INFINITY
    })
    session.once('close', () => {
      clearInterval(this.#timer)
      this.retired = true
      onClose(this.#failure)
    })
    const step = Math.min(1000, timeouts.idle, timeouts.silence)
    this.#timer = setInterval(() => this.#watch(), step).unref()
  }

  /** Number of further requests that the connection accepts now. */
  get capacity(): number {
    const { closed, destroyed } = this.#session
    return this.retired || this.#pinging || closed || destroyed ? 0 : Math.max(0, this.#most - this.#open)
  }

  open(fields: OutgoingHttpHeaders, endStream: boolean): ClientHttp2Stream {
    const stream = this.#session.request(fields, { endStream })
    this.#open++
    if (++this.#requests >= MOST_REQUESTS) this.retire()
    if (this.#open === 1 || this.#asked) this.hear()
    stream.once('close', () => {
      this.#open--
      if (this.#open === 0) this.#heard = performance.now()
      this.#onRoom()
    })
    return stream
  }

  /** Resets a stream with CANCEL. Must not use `close`, which ends the stream first: a truncated request would look complete. */
  cancel(stream: ClientHttp2Stream): void {
    if (stream.destroyed) return
    deferReset(() => addAbortSignal(GONE, stream))
    if (++this.#resets === MOST_RESETS) this.retire()
  }

  hear(): void {
    this.#heard = performance.now()
    this.#asked = false
  }

  /**
   * Sends a PING to a service that owes a response for too long. The connection accepts no requests until the service responds.
   */
  doubt(): void {
    if (this.#pinging || this.#session.destroyed) return
    this.#pinging = true
    const timer = setTimeout(() => {
      this.destroy(new Silent(`no answer to a PING after ${this.#timeouts.ping} ms`))
    }, this.#timeouts.ping)
    timer.unref()
    this.#session.ping((error: Error | null) => {
      clearTimeout(timer)
      this.#pinging = false
      this.#asked = true
      if (error === null) this.#heard = performance.now()
      this.#onRoom()
    })
  }

  /** Closes the connection when its requests are complete. It accepts no more requests. */
  retire(): void {
    this.retired = true
    // Without a stream this destroys it at once.
    deferReset(() => this.#session.close())
  }

  destroy(error: Error): void {
    this.retired = true
    deferReset(() => {
      this.#session.destroy(error)
      // Node would wait until all is sent, but an unresponsive peer does not read.
      setImmediate(() => this.#socket.destroy())
    })
  }

  #watch(): void {
    // Does not wait for the service to end its side.
    if (this.#session.destroyed) return void this.#socket.destroy()
    const silent = performance.now() - this.#heard
    if (this.#open === 0) {
      if (silent >= this.#timeouts.idle) this.retire()
      // Once only: services take more for an attack, and TCP detects a dead connection.
    } else if (silent >= this.#timeouts.silence && !this.#asked) this.doubt()
  }
}
