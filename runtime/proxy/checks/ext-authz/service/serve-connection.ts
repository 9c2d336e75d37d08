import { constants, type ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { Metadata, Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js'
import protobuf from 'protobufjs/minimal.js'
import { admitCall, type CallAdmission, ERROR_TRAILER } from './admit-call.ts'
import { envoy, grpc } from './messages.generated.js'
import type { CheckRequestMessage, CheckResponseMessage } from './messages.ts'

/** The result of a check: a response, or an error of gRPC, of which the asking proxy makes a refusal of its own. */
export type CheckReply =
  | { readonly kind: 'response'; readonly response: CheckResponseMessage }
  | { readonly kind: 'error'; readonly code: number; readonly error: CheckErrorCode; readonly message: string }

/** Codes of errors, for logs of the asking proxy. */
export type CheckErrorCode = 'check-not-allowed' | 'internal'

export interface CheckHandlers {
  readonly admission: CallAdmission
  /**
   * Decides. Calls `reply` once at most, possibly before it returns.
   *
   * @returns a function that ends the check, because nobody waits for its reply any more
   */
  check(request: CheckRequestMessage, reply: (reply: CheckReply) => void): () => void
  isServing(): boolean
}

/** Bounds of a connection; times are milliseconds. */
export interface ConnectionLimits {
  /** Maximum number of bytes of a request, also after decompression. */
  readonly message: number
  /** Maximum number of concurrent checks on one connection. */
  readonly streams: number
  /** Time after which a connection without a check is closed. */
  readonly idle: number
  /** Time after which a check is cancelled that has neither its whole request nor its reply. */
  readonly check: number
}

/** A connection over which checks arrive. */
export interface ServedConnection {
  /** Announces the end of the connection, but still answers checks that arrive (first GOAWAY, RFC 9113 §6.8). */
  announce(): void
  /** Refuses further checks, and closes the connection when those under way are answered. */
  close(): void
  destroy(): void
}

protobuf.Reader.discardUnknown = true

/**
 * Serves checks and the health service of gRPC over a connection whose first byte is unread. Each connection has a server of its
 * own, because `@grpc/grpc-js` does not say which connection a call came over.
 */
export function serveConnection(socket: Socket, handlers: CheckHandlers, limits: ConnectionLimits): ServedConnection {
  const server = new Server({
    'grpc.max_receive_message_length': limits.message,
    'grpc.max_concurrent_streams': limits.streams,
    // Detects a peer that is gone without a word.
    'grpc.keepalive_time_ms': limits.idle,
    'grpc.keepalive_timeout_ms': KEEPALIVE_TIMEOUT,
    'grpc.enable_channelz': 0,
  })
  server.register(CHECK, checkCall(handlers), encodeResponse, CheckRequest.decode, 'unary')
  server.register(HEALTH, healthCall(handlers), encodeHealth, HealthCheckRequest.decode, 'unary')
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  socket.once('close', () => server.forceShutdown())
  injector.injectConnection(socket)
  for (const session of sessionsOf(server)) bound(session, socket, limits, handlers.admission)
  return {
    announce() {
      for (const session of sessionsOf(server)) announce(session)
    },
    close: () => injector.destroy(),
    destroy: () => void socket.destroy(),
  }
}

function announce(session: ServerHttp2Session): void {
  if (!session.destroyed) session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM)
}

/**
 * Ends streams that last too long, and the connection when it is idle. The option of `@grpc/grpc-js` for this waits for the peer
 * to close its side. The end is announced before, as a check may be on its way.
 */
function bound(session: ServerHttp2Session, socket: Socket, limits: ConnectionLimits, admission: CallAdmission): void {
  const { check, idle, message } = limits
  let active = 0
  const close = () => {
    if (active > 0 || session.closed) return
    session.close()
    timer.refresh()
  }
  const timer = setTimeout(() => {
    if (active > 0) return
    if (session.closed) return void socket.destroy()
    announce(session)
    settling = setTimeout(close, SETTLE).unref()
  }, idle).unref()
  let settling: NodeJS.Timeout | undefined
  socket.once('close', () => {
    clearTimeout(timer)
    clearTimeout(settling)
  })
  session.on('stream', (stream, headers) => {
    active++
    // Not the timeout of the stream, which each byte would begin again.
    const end = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), check).unref()
    stream.once('close', () => {
      clearTimeout(end)
      active--
      timer.refresh()
    })
    admitCall(stream, headers[':path'] === CHECK, message, admission)
  })
}

const { CheckRequest, CheckResponse } = envoy.service.auth.v3
const { HealthCheckRequest, HealthCheckResponse } = grpc.health.v1

const AUTHORIZATION = 'envoy.service.auth.v3.Authorization'
const CHECK = `/${AUTHORIZATION}/Check`
const HEALTH = '/grpc.health.v1.Health/Check'
const KEEPALIVE_TIMEOUT = 20_000
const LAST_STREAM = 2 ** 31 - 1
/** Milliseconds from the announcement of the end of an idle connection to its end. */
const SETTLE = 1000

function encodeResponse(message: CheckResponseMessage): Buffer {
  return CheckResponse.encode(message).finish() as Buffer
}

function encodeHealth(message: { readonly status: number }): Buffer {
  return HealthCheckResponse.encode(message).finish() as Buffer
}

function checkCall({ check }: CheckHandlers) {
  return (call: ServerUnaryCall<CheckRequestMessage, CheckResponseMessage>, done: sendUnaryData<CheckResponseMessage>) => {
    // It may end before its handler is called.
    if (call.cancelled) return
    let isOver = false
    const end = check(call.request, (reply) => {
      if (isOver) return
      isOver = true
      if (reply.kind === 'response') done(null, reply.response)
      else done({ code: reply.code, details: reply.message, metadata: metadataWith(reply.error) })
    })
    if (isOver) return
    // Also after the deadline, and if the connection breaks.
    call.on('cancelled', () => {
      if (isOver) return
      isOver = true
      end()
    })
  }
}

function metadataWith(error: CheckErrorCode): Metadata {
  const metadata = new Metadata()
  metadata.set(ERROR_TRAILER, error)
  return metadata
}

function healthCall({ isServing }: CheckHandlers) {
  return (call: ServerUnaryCall<{ readonly service?: string }, { status: number }>, done: sendUnaryData<{ status: number }>) => {
    const { service = '' } = call.request
    if (service === '' || service === AUTHORIZATION) done(null, { status: isServing() ? SERVING : NOT_SERVING })
    else done({ code: status.NOT_FOUND, details: 'this service is not served here' })
  }
}

const SERVING = 1
const NOT_SERVING = 2

/** The one session of the connection, in a private member of the server. A test notices if it is gone. */
function sessionsOf(server: object): readonly ServerHttp2Session[] {
  const { http2Servers } = server as {
    readonly http2Servers?: ReadonlyMap<unknown, { readonly sessions: Set<ServerHttp2Session> }>
  }
  return [...(http2Servers?.values() ?? [])].flatMap(({ sessions }) => [...sessions])
}
