import { constants, createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { MAX_HEADER_BYTES, MAX_HEADER_LINES, MAX_TARGET } from '../../../request/index.ts'
import { deferReset } from '../../base/waiting.ts'
import { shareLastCredential } from '../../identity/index.ts'
import { setTlsConnection, type TlsConnection, tlsConnectionOf } from '../../tls/index.ts'
import { type CloseReason, closeReasonOf, peerOf, shareCloseReason } from '../connections/connection-state.ts'
import { sweepOf } from '../connections/connections.ts'
import { isGrpc } from '../grpc/is-grpc.ts'
import { handleRequest, type Listener } from '../pipeline/pipeline.ts'
import { refusalOf } from '../refusals/refusal.ts'
import { refuse } from '../refusals/refuse.ts'
import { contextOf } from '../request-lifecycle.ts'
import { Http2Answer } from './http2-answer.ts'
import { Http2Incoming } from './http2-incoming.ts'
import { ResetBudget } from './reset-budget.ts'

/** Concurrent streams per connection, as browsers and load balancers expect (RFC 9113 §6.5.2 advises at least 100). */
const MAX_STREAMS = 128

/** Above any stream ID. */
const LAST_STREAM = 2 ** 31 - 1

/**
 * Maximum fields of a head, and bytes as HTTP/2 counts them (RFC 9113 §6.5.2: plus 32 each). Slightly above the limits of a
 * request, so that small excesses get the canonical request's refusal. Node resets larger ones early: a field costs 100 times its
 * wire bytes.
 */
const MAX_PAIRS = MAX_HEADER_LINES + 4 + 64
const MAX_LIST = MAX_HEADER_BYTES + MAX_TARGET + 32 * MAX_PAIRS + 4096

/** Megabytes; unbounded, as Node counts data of reset streams and then refuses all requests. Streams and buffers bound memory. */
const MEMORY = 2 ** 32 - 1

/** Arguments of Node's event; its types omit the last. */
type Streamed = readonly [stream: ServerHttp2Stream, headers: unknown, flags: number, rawHeaders: readonly string[]]

interface Connection {
  readonly peer: string
  readonly tls: TlsConnection | null
  /** Idle since. */
  quietSince: number | null
  /** Open streams with their responses. */
  readonly streams: Map<ServerHttp2Stream, Http2Answer>
  readonly reason: CloseReason
  readonly resets: ResetBudget
  /** Whether the connection is ending: further requests are ignored. */
  isEnding: boolean
}

/** Serves HTTP/2 on connections that are known to use it, by ALPN or the connection preface. */
export class Http2Frontend {
  readonly #listener: Listener
  readonly #server: Http2Server
  readonly #sessions = new Map<ServerHttp2Session, Connection>()
  /** Streams with pending bytes. */
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
    // Protocol errors are answered by GOAWAY or RST_STREAM (RFC 9113 §5.4).
    this.#server.on('sessionError', () => {})
    const { idle, headers, stalled } = listener.proxy.limits
    this.#sweep = setInterval(() => this.#look(), Math.min(idle, headers, sweepOf(stalled))).unref()
  }

  take(socket: Socket): void {
    // HTTP/1.1 servers allow half-closed clients. Over HTTP/2 a client's end would go unnoticed.
    socket.allowHalfOpen = false
    this.#server.emit('connection', socket)
  }

  /** Announces the end of open connections to their clients, but still serves requests on them (first GOAWAY, RFC 9113 §6.8). */
  retire(): void {
    for (const session of this.#sessions.keys()) if (!session.destroyed) session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM)
  }

  /** Refuses new requests on open connections; requests under way may complete (GOAWAY, RFC 9113 §6.8). */
  close(): void {
    this.#closing = true
    for (const session of this.#sessions.keys()) session.close()
    this.#rest()
  }

  /** Sweeps continue while requests complete, which may still stall. */
  #rest(): void {
    if (this.#closing && this.#sessions.size === 0) clearInterval(this.#sweep)
  }

  destroy(): void {
    this.close()
    // Not called from within a session, so not deferred.
    for (const session of this.#sessions.keys()) session.destroy()
  }

  #follow(session: ServerHttp2Session): void {
    const now = performance.now()
    const { socket } = session
    const of = { peer: (socket && peerOf(socket)) ?? '', tls: socket ? tlsConnectionOf(socket) : null }
    this.#sessions.set(session, {
      ...of,
      quietSince: now,
      streams: new Map(),
      reason: closeReasonOf(of.tls?.transport ?? socket ?? session),
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
      // Frames without requests do not keep a connection open.
      if (quietSince !== null && quietSince < now - limits.idle) session.close()
      for (const [stream, answer] of streams) {
        if (!this.#hasStalled(stream, now, limits.stalled)) continue
        counts.stalled++
        if (answer.context !== null) answer.context.code ??= 'client-stalled'
        deferReset(() => stream.destroy(new Error('the client does not read the response')))
      }
    }
  }

  /** A client may read its connection but give a stream no window (RFC 9113 §5.2), unnoticed by the kernel. */
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
    // Stream errors are handled on close.
    stream.on('error', () => {})
    // Node keeps a stream reset with NO_ERROR until the whole response is sent, which nobody reads.
    stream.once('aborted', () => deferReset(() => stream.destroy()))
    const connection = session && this.#sessions.get(session as ServerHttp2Session)
    if (session === undefined || connection === undefined || connection.isEnding || session.destroyed) return
    const answer = new Http2Answer(stream)
    connection.streams.set(stream, answer)
    connection.quietSince = null
    stream.once('close', () => {
      connection.streams.delete(stream)
      if (connection.streams.size === 0) connection.quietSince = performance.now()
      if ((!stream.aborted && stream.headersSent) || !connection.resets.exceeds() || connection.isEnding) return
      connection.isEnding = true
      connection.reason.code ??= 'too-many-resets'
      deferReset(() => session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM))
    })
    const withBody = (flags & constants.NGHTTP2_FLAG_END_STREAM) === 0
    const incoming = new Http2Incoming(stream, rawHeaders, withBody, connection.peer)
    if (connection.tls !== null) setTlsConnection(incoming.socket, connection.tls)
    shareLastCredential(incoming.socket, connection)
    shareCloseReason(incoming.socket, connection.reason)
    if (withBody) this.#limit(stream, incoming, answer)
    void handleRequest(this.#listener, incoming, answer)
  }

  /** Like Node over HTTP/1.1: responds 408 if the body is late. */
  #limit(stream: ServerHttp2Stream, incoming: Http2Incoming, answer: Http2Answer): void {
    const timer = setTimeout(() => {
      const context = contextOf(answer)
      if (incoming.complete) return
      if (context !== null && isGrpc(context)) {
        // A gRPC client may send for the call's whole duration. Once the service has responded, it decides what to wait for.
        if (answer.headersSent && context.upstreamStatus !== null) return
        if (context.forwarding?.moves()) return void timer.refresh()
      }
      if (context === null || answer.headersSent) {
        if (context !== null) context.code ??= 'request-timeout'
        return answer.destroy()
      }
      context.forwarding?.cancel()
      refuse(context, refusalOf('request-timeout'))
    }, this.#listener.proxy.limits.request)
    stream.once('close', () => clearTimeout(timer))
  }
}
