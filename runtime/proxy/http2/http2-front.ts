import { constants, createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { MAX_HEADER_BYTES, MAX_HEADER_LINES, MAX_TARGET } from '../../../request/index.ts'
import { shareLastCredential } from '../../identity/index.ts'
import { setTlsConnection, type TlsConnection, tlsConnectionOf } from '../../tls/index.ts'
import { sweepOf } from '../connections/connections.ts'
import { deferReset } from '../connections/defer-reset.ts'
import { peerOf } from '../connections/peer.ts'
import { isGrpc } from '../grpc/is-grpc.ts'
import { handleRequest, type Listener } from '../pipeline/handle-request.ts'
import { refusalOf } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import { contextOf } from '../request-context.ts'
import { Http2Answer } from './http2-answer.ts'
import { Http2Incoming } from './http2-incoming.ts'
import { ResetBudget } from './reset-budget.ts'

/** Requests at a time on one connection: what browsers and load balancers reckon with (RFC 9113 §6.5.2 advises 100 at least). */
const MAX_STREAMS = 128

/** Greater than that of any stream to come. */
const LAST_STREAM = 2 ** 31 - 1

/**
 * Fields of a head, and their bytes as HTTP/2 counts them (RFC 9113 §6.5.2: 32 more for each). A little more than a request may
 * have, so that a client which is just beyond is told so by the canonical request. What is further beyond is reset by Node before
 * anything is made of it: each field costs a hundred times its bytes on the wire.
 */
const MAX_PAIRS = MAX_HEADER_LINES + 4 + 64
const MAX_LIST = MAX_HEADER_BYTES + MAX_TARGET + 32 * MAX_PAIRS + 4096

/**
 * Megabytes: no bound. Node counts what waits to be sent, and goes on counting what will not be, since its stream was broken off:
 * past the bound it refuses each new request. What there can be at a time is bounded by the number of streams, and what each
 * holds back.
 */
const MEMORY = 2 ** 32 - 1

/** What Node tells of a new stream; its types leave the last one out. */
type Streamed = readonly [stream: ServerHttp2Stream, headers: unknown, flags: number, rawHeaders: readonly string[]]

interface Connection {
  /** The client's address. */
  readonly peer: string
  readonly tls: TlsConnection | null
  /** Since when it carries nothing; null while it does. */
  quietSince: number | null
  /** Under way. */
  readonly streams: Set<ServerHttp2Stream>
  readonly resets: ResetBudget
  /** The connection is about to be ended: no more requests of it are handled. */
  isEnding: boolean
}

/** HTTP/2 towards clients, on connections that are known to speak it (by ALPN, or by their preface). */
export class Http2Frontend {
  readonly #listener: Listener
  readonly #server: Http2Server
  readonly #sessions = new Map<ServerHttp2Session, Connection>()
  /** Streams for which bytes wait. */
  readonly #waiting = new WeakMap<ServerHttp2Stream, { readonly left: number; readonly since: number }>()
  readonly #sweep: NodeJS.Timeout
  #closing = false

  constructor(listener: Listener) {
    this.#listener = listener
    this.#server = createServer({
      maxHeaderListPairs: MAX_PAIRS,
      maxSessionMemory: MEMORY,
      settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_LIST, enableConnectProtocol: false },
    })
    this.#server.on('session', (session) => this.#follow(session))
    this.#server.on('stream', (...[stream, , flags, rawHeaders]: Streamed) => this.#handle(stream, flags, rawHeaders))
    // Whoever broke the protocol has been told by GOAWAY or RST_STREAM (RFC 9113 §5.4).
    this.#server.on('sessionError', () => {})
    const { idle, headers, stalled } = listener.proxy.limits
    this.#sweep = setInterval(() => this.#look(), Math.min(idle, headers, sweepOf(stalled))).unref()
  }

  take(socket: Socket): void {
    // A server of HTTP/1.1 leaves it to a client to say no more and wait for its answer. Here nobody could be told that the
    // client is gone.
    socket.allowHalfOpen = false
    this.#server.emit('connection', socket)
  }

  /** No new connections for it, please; what is asked on those that are there meanwhile is answered (RFC 9113 §6.8). */
  retire(): void {
    for (const session of this.#sessions.keys()) if (!session.destroyed) session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM)
  }

  /** No new requests: what is under way may end (GOAWAY, RFC 9113 §6.8). */
  close(): void {
    this.#closing = true
    for (const session of this.#sessions.keys()) session.close()
    this.#rest()
  }

  /** What is under way while it closes may stall as before. */
  #rest(): void {
    if (this.#closing && this.#sessions.size === 0) clearInterval(this.#sweep)
  }

  destroy(): void {
    this.close()
    // Never called by a session itself: that would have to be deferred.
    for (const session of this.#sessions.keys()) session.destroy()
  }

  #follow(session: ServerHttp2Session): void {
    const now = performance.now()
    const { socket } = session
    const of = { peer: (socket && peerOf(socket)) ?? '', tls: socket ? tlsConnectionOf(socket) : null }
    this.#sessions.set(session, {
      ...of,
      quietSince: now,
      streams: new Set(),
      resets: new ResetBudget(() => performance.now()),
      isEnding: false,
    })
    session.once('close', () => {
      this.#sessions.delete(session)
      this.#rest()
    })
    if (this.#listener.proxy.draining) session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM)
  }

  #look(): void {
    const now = performance.now()
    const { limits, counts } = this.#listener.proxy
    for (const [session, { quietSince, streams }] of this.#sessions) {
      // Frames that ask for nothing do not keep a connection open.
      if (quietSince !== null && quietSince < now - limits.idle) session.close()
      for (const stream of streams) {
        if (!this.#hasStalled(stream, now, limits.stalled)) continue
        counts.stalled++
        deferReset(() => stream.destroy(new Error('the client takes nothing of the answer')))
      }
    }
  }

  /** A client may read its connection and give a stream no room (RFC 9113 §5.2): the system tells nothing of that. */
  #hasStalled(stream: ServerHttp2Stream, now: number, stalled: number): boolean {
    const left = stream.writableLength
    if (left === 0) {
      this.#waiting.delete(stream)
      return false
    }
    const waiting = this.#waiting.get(stream)
    if (waiting?.left === left) return now - waiting.since >= stalled
    this.#waiting.set(stream, { left, since: now })
    return false
  }

  #handle(stream: ServerHttp2Stream, flags: number, rawHeaders: readonly string[]): void {
    const { session } = stream
    // A stream that breaks says so by its end.
    stream.on('error', () => {})
    // One that the client has reset with NO_ERROR Node keeps until all of the answer is sent, which nobody takes any more.
    stream.once('aborted', () => deferReset(() => stream.destroy()))
    const connection = session && this.#sessions.get(session as ServerHttp2Session)
    if (session === undefined || connection === undefined || connection.isEnding || session.destroyed) return
    connection.streams.add(stream)
    connection.quietSince = null
    stream.once('close', () => {
      connection.streams.delete(stream)
      if (connection.streams.size === 0) connection.quietSince = performance.now()
      if ((!stream.aborted && stream.headersSent) || !connection.resets.exceeds() || connection.isEnding) return
      connection.isEnding = true
      deferReset(() => session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM))
    })
    const withBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0
    const incoming = new Http2Incoming(stream, rawHeaders, withBody, connection.peer)
    if (connection.tls !== null) setTlsConnection(incoming.socket, connection.tls)
    shareLastCredential(incoming.socket, connection)
    const answer = new Http2Answer(stream)
    if (withBody) this.#limit(stream, incoming, answer)
    void handleRequest(this.#listener, incoming, answer)
  }

  /** As Node does it over HTTP/1.1: a request whose body is not there in time is answered 408. */
  #limit(stream: ServerHttp2Stream, incoming: Http2Incoming, answer: Http2Answer): void {
    const timer = setTimeout(() => {
      const exchange = contextOf(answer)
      if (incoming.complete) return
      if (exchange !== null && isGrpc(exchange)) {
        // A call may have something to say for as long as it lasts: once the service answers, it is that which waits, or does
        // not.
        if (answer.headersSent && exchange.upstreamStatus !== null) return
        if (exchange.carrying?.moves()) return void timer.refresh()
      }
      if (exchange === null || answer.headersSent) return answer.destroy()
      exchange.carrying?.cancel()
      refuse(exchange, refusalOf('request-timeout'))
    }, this.#listener.proxy.limits.request)
    stream.once('close', () => clearTimeout(timer))
  }
}
