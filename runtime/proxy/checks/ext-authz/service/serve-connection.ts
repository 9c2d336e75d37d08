import { constants, performServerHandshake, type ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { type DecideCheck, methodsOf } from './methods.ts'
import { type CallAdmission, serveCall } from './unary-call.ts'

export interface CheckHandlers {
  readonly admission: CallAdmission
  readonly check: DecideCheck
  isServing(): boolean
}

/** Bounds of a connection; times are milliseconds. */
export interface ConnectionLimits {
  /** Maximum number of bytes of a request. */
  readonly message: number
  /** Maximum number of concurrent checks on one connection. */
  readonly streams: number
  /** Time after which a connection without a check is closed. */
  readonly idle: number
  /** Time from the beginning of a check after which it is cancelled, even if its caller does not receive the reply. */
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

/**
 * Serves checks and the health service of gRPC over a connection whose first byte is unread. Not by `@grpc/grpc-js`:
 * docs/decisions/checks-without-a-grpc-library.md.
 */
export function serveConnection(
  socket: Socket,
  { check, isServing, admission }: CheckHandlers,
  limits: ConnectionLimits,
): ServedConnection {
  const methods = methodsOf(check, isServing)
  // The end of the peer's side would go unnoticed.
  socket.allowHalfOpen = false
  const session = performServerHandshake(socket, {
    maxSessionMemory: MEMORY,
    settings: { maxConcurrentStreams: limits.streams },
  })
  // What is not HTTP/2, and a connection that breaks.
  session.on('error', () => socket.destroy())
  bound(session, socket, limits)
  session.on('stream', (stream, headers) => serveCall(stream, headers, methods.get(headers[':path']), limits, admission))
  return {
    announce: () => announce(session),
    close: () => session.close(),
    destroy: () => void socket.destroy(),
  }
}

/** Megabytes of what a session has not handed on yet. Messages are bounded by their admission. */
const MEMORY = 64

function announce(session: ServerHttp2Session): void {
  if (!session.destroyed) session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM)
}

const LAST_STREAM = 2 ** 31 - 1

/** Ends the connection when it is idle. The end is announced before, as a check may be on its way. */
function bound(session: ServerHttp2Session, socket: Socket, { idle }: ConnectionLimits): void {
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
  session.on('stream', (stream) => {
    active++
    stream.once('close', () => {
      active--
      timer.refresh()
    })
  })
}

/** Milliseconds from the announcement of the end of an idle connection to its end. */
const SETTLE = 1000
