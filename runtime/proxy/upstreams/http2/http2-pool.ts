import type { Dispatcher } from 'undici'
import { errors } from '../../../base/undici/index.ts'
import type { Timeouts } from '../upstream-config.ts'
import { NoHttp2, NotBegun } from '../upstream-failure.ts'
import { connectHttp2, type Destination } from './connect-http2.ts'
import { Http2Request } from './http2-request.ts'
import { Http2Session, type SessionTimeouts } from './http2-session.ts'

/** Attempts for a request on connections that the service closes (GOAWAY) before processing it. */
const MOST_TRIES = 4

/** Concurrent streams assumed until the service states its limit (RFC 9113 §6.5.2). */
const USUAL_ROOM = 100

/** Milliseconds; see `SessionTimeouts`. */
const SESSION_TIMEOUTS = { idle: 60_000, silence: 10_000 }

/** The HTTP/2 connections to one address. Opens only as many as the concurrent requests need. */
export class Http2Pool {
  readonly #to: Destination
  readonly #timeouts: Timeouts
  readonly #sessionTimeouts: SessionTimeouts
  readonly #scheme: 'http' | 'https'
  readonly #sessions = new Set<Http2Session>()
  /** Requests that wait for a free stream. */
  #waiting: Http2Request[] = []
  #connecting = 0
  #usual = USUAL_ROOM
  /** TLS context of the connections; see `UpstreamTls`. */
  #context: unknown
  /** Called when all has ended; `null`: it is open. */
  #onDrained: (() => void) | null = null
  #drained: Promise<void> | null = null
  #isDestroyed = false

  constructor(to: Destination, timeouts: Timeouts, sessionTimeouts: Partial<SessionTimeouts> = {}) {
    this.#to = to
    this.#timeouts = timeouts
    this.#sessionTimeouts = { ...SESSION_TIMEOUTS, ping: timeouts.connect, ...sessionTimeouts }
    this.#scheme = to.origin.startsWith('https:') ? 'https' : 'http'
    this.#context = to.tls?.context
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    const request = new Http2Request(options, this.#scheme, handler, this.#timeouts)
    if (this.#onDrained !== null || this.#isDestroyed) return void request.fail(new errors.ClientClosedError())
    this.#waiting.push(request)
    this.#assign()
  }

  /** Refuses further requests. Resolves when the requests under way are complete. */
  close(): Promise<void> {
    this.#drained ??= new Promise((resolve) => {
      this.#onDrained = resolve
      this.#assign()
      this.#settle()
    })
    return this.#drained
  }

  async destroy(): Promise<void> {
    this.#isDestroyed = true
    for (const session of this.#sessions) session.destroy(new errors.ClientDestroyedError())
    this.#failWaiting(new errors.ClientDestroyedError())
  }

  #assign(): void {
    this.#renew()
    for (const session of this.#sessions) {
      while (this.#waiting.length > 0 && session.capacity > 0) this.#send(this.#waiting.shift() as Http2Request, session)
    }
    while (!this.#isDestroyed && this.#waiting.length > this.#connecting * this.#usual) this.#connect()
    if (this.#onDrained !== null && this.#waiting.length === 0) for (const session of this.#sessions) session.retire()
  }

  /** Connections with an earlier TLS context end after their requests. */
  #renew(): void {
    const context = this.#to.tls?.context
    if (context === this.#context) return
    this.#context = context
    for (const session of this.#sessions) session.retire()
  }

  #send(request: Http2Request, session: Http2Session): void {
    request.send(session, (error) => {
      if (!request.isWhole || request.tries >= MOST_TRIES || this.#isDestroyed) return void request.fail(error)
      this.#waiting.push(request)
      this.#assign()
    })
  }

  #connect(): void {
    this.#connecting++
    const begun = performance.now()
    const { connect } = this.#timeouts
    connectHttp2(this.#to, connect, (error, socket) => {
      if (socket === null || this.#isDestroyed) {
        socket?.destroy()
        return void this.#notConnected(error ?? new errors.ClientDestroyedError())
      }
      let isReady = false
      const timer = setTimeout(
        () =>
          session.destroy(
            new errors.ConnectTimeoutError(
              `the service sent no HTTP/2 frame within ${connect} ms (\`timeouts.connect\`): check that it speaks HTTP/2`,
            ),
          ),
        Math.max(1, connect - (performance.now() - begun)),
      )
      const session: Http2Session = new Http2Session(this.#to.origin, socket, this.#sessionTimeouts, {
        onReady: () => {
          isReady = true
          clearTimeout(timer)
          this.#connecting--
          this.#usual = Math.min(Math.max(1, session.capacity), USUAL_ROOM)
          if (session.capacity > 0) return
          session.retire()
          this.#failWaiting(
            new NotBegun(
              new errors.SocketError(
                'the service allows no requests on this connection (`SETTINGS_MAX_CONCURRENT_STREAMS` is 0): ' +
                  'check its HTTP/2 settings',
              ),
              false,
            ),
          )
        },
        onRoom: () => this.#assign(),
        onClose: (failure) => {
          clearTimeout(timer)
          this.#sessions.delete(session)
          if (isReady) this.#assign()
          else this.#notConnected(neverReady(failure))
          this.#settle()
        },
      })
      this.#sessions.add(session)
    })
  }

  /** Fails waiting requests; the others have connections. */
  #notConnected(error: Error): void {
    this.#connecting--
    this.#failWaiting(new NotBegun(error, false))
    this.#settle()
  }

  #failWaiting(error: Error): void {
    for (const request of this.#waiting.splice(0)) request.fail(error)
  }

  #settle(): void {
    if (this.#onDrained !== null && this.#sessions.size === 0 && this.#connecting === 0 && this.#waiting.length === 0)
      this.#onDrained()
  }
}

/** Returns why a connection closed before the service's settings arrived. */
function neverReady(failure: Error | null): Error {
  if (failure === null)
    return new errors.SocketError(
      'the connection was closed before the service sent its HTTP/2 settings: check that it speaks HTTP/2',
    )
  const { code = '', message } = failure as NodeJS.ErrnoException
  // The first bytes were not an HTTP/2 frame (RFC 9113 §3.4).
  return code.startsWith('ERR_HTTP2_') ? new NoHttp2(`the service does not speak HTTP/2: ${message}`) : failure
}
