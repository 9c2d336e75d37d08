import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2'
import type { Socket } from 'node:net'
import { addAbortSignal } from 'node:stream'
import { deferReset } from '../../connections/defer-reset.ts'

/** Of each stream: bytes that a service may send before they are taken. */
const WINDOW = 262_144

/** Bytes of the header lines of an answer: as much as those of HTTP/1.1 may have. */
export const MAX_HEADER_LIST = 16_384

/** Megabytes of requests that wait to be sent: Node breaks streams beyond, and back-pressure is there before. */
const MEMORY = 100

/** A new connection takes over before stream ids (31 bits) run out. */
const MOST_REQUESTS = 1_000_000

/**
 * It does as well before the service takes the clients that leave for an attack of ours, and ends the connection with all that it
 * carries (CVE-2023-44487).
 */
const MOST_RESETS = 250

/** Milliseconds. */
export interface SessionTimeouts {
  /** For which a connection without a request stays open. */
  readonly idle: number
  /** Without a word from a service that owes an answer, until it is asked whether it is there. */
  readonly silence: number
  /** For its answer to that. */
  readonly ping: number
}

/** A service did not answer a PING: whatever is under way on the connection is lost. */
class Silent extends Error {
  readonly code = 'UND_ERR_SOCKET'
}

const GONE = AbortSignal.abort()

/** One connection to an address, and the requests on it. */
export class Http2Session {
  /** It takes no more requests; those that are under way may end. */
  retired = false
  /** Streams beyond it the service has not begun with (GOAWAY, RFC 9113 §6.8). */
  lastStream = Number.POSITIVE_INFINITY
  readonly #session: ClientHttp2Session
  readonly #socket: Socket
  readonly #timeouts: SessionTimeouts
  readonly #timer: NodeJS.Timeout
  readonly #onRoom: () => void
  /** The service has said that it speaks HTTP/2. */
  #isReady = false
  /** How many requests it takes at once. */
  #most = 0
  #open = 0
  #requests = 0
  #resets = 0
  #failure: Error | null = null
  /** When the service was last heard; where it owed nothing, when it was sent a request. */
  #heard = performance.now()
  #pinging = false
  /** It was asked and has answered, and owes no more than it did then. */
  #asked = false

  /**
   * `onReady`: the service has said that it speaks HTTP/2, once. `onRoom`: there may be room for a request. `onClose`: it is
   * gone, for that reason if there is one.
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
    // A service that does not like the certificate says so after the handshake; the session ends, and tells nobody.
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

  /** Requests that it takes besides those that it has. */
  get capacity(): number {
    const { closed, destroyed } = this.#session
    return this.retired || this.#pinging || closed || destroyed ? 0 : Math.max(0, this.#most - this.#open)
  }

  /** Sends the head of a request. */
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

  /** Resets with CANCEL. Not by `close`, by which Node sends the end of the stream first: a cut request would look whole. */
  cancel(stream: ClientHttp2Stream): void {
    if (stream.destroyed) return
    deferReset(() => addAbortSignal(GONE, stream))
    if (++this.#resets === MOST_RESETS) this.retire()
  }

  /** Something came from the service, or is expected from now on. */
  hear(): void {
    this.#heard = performance.now()
    this.#asked = false
  }

  /** It owes an answer for too long. Nothing more is sent there until it has said that it is there. */
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

  /** What is under way may end; nothing new begins. */
  retire(): void {
    this.retired = true
    // Without a stream, that destroys it at once.
    deferReset(() => this.#session.close())
  }

  /** Breaks what is under way. */
  destroy(error: Error): void {
    this.retired = true
    deferReset(() => {
      this.#session.destroy(error)
      // Node would wait until all is sent, and who does not answer does not read.
      setImmediate(() => this.#socket.destroy())
    })
  }

  #watch(): void {
    // Nor is waited for a service that does not end its side.
    if (this.#session.destroyed) return void this.#socket.destroy()
    const silent = performance.now() - this.#heard
    if (this.#open === 0) {
      if (silent >= this.#timeouts.idle) this.retire()
      // Asked once: services take more for an attack, and a connection that is dead by then TCP notices.
    } else if (silent >= this.#timeouts.silence && !this.#asked) this.doubt()
  }
}
