import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket, Server as TlsServer } from 'node:tls'
import type { AddressRange, Trust } from '../../../request/index.ts'
import { type ListenerTls, tlsConnectionOf } from '../../tls/index.ts'
import { hasEnded } from '../connections/connection-state.ts'
import { Connections } from '../connections/connections.ts'
import { peekPreface } from '../connections/peek.ts'
import { Http2Frontend } from '../http2/http2-front.ts'
import { handleRequest, type Listener, listenerOf } from '../pipeline/pipeline.ts'
import type { ProxyContext } from '../proxy-context.ts'
import { Headerless } from '../proxy-protocol/headerless.ts'
import { takeProxyHeader } from '../proxy-protocol/take-proxy-header.ts'
import { Upgrade } from '../websocket/upgrade.ts'
import { answerBrokenRequest, isAnswering, refuseAhead, refuseConnection, refuseTunnel } from './broken-request.ts'
import { http1Options } from './http1-options.ts'
import { Http1Incoming } from './http1-request.ts'
import { Http1Response } from './http1-response.ts'

/** A listener of the proxy, with the operations that shut it down. */
export interface HttpServer {
  readonly server: Server
  readonly connections: Connections
  /** Serves a connection that another process has accepted and passed to this process. */
  take(socket: Socket): void
  /**
   * Announces the end of connections in further responses. Closes connections that are idle for `settle` milliseconds, because
   * their last response may lack the announcement.
   */
  retire(settle: number): void
  /** Closes idle connections at once, and others when their requests are complete. */
  closeIdle(): void
  /** Asks the clients of WebSockets to close them. Returns whether there are any. */
  closeTunnels(): boolean
  closeAll(): void
}

export interface HttpServerOptions {
  readonly trust: Trust | null
  /** Address ranges of proxies whose connections start with a PROXY protocol header; `null` if there are none. */
  readonly proxyProtocol: readonly AddressRange[] | null
  /** Whether to accept HTTP/2 besides HTTP/1.1: over TLS by ALPN, else by prior knowledge (RFC 9113 §3.2, §3.3). */
  readonly http2: boolean
  readonly tls: ListenerTls | null
}

/** Creates the HTTP server of a listener. Requests that Node's parser accepts too leniently are refused by `request/`. */
export function createHttpServer(proxy: ProxyContext, { http2, trust, proxyProtocol, tls }: HttpServerOptions): HttpServer {
  const listener = listenerOf(proxy, trust)
  const front = http2 ? new Http2Frontend(listener) : null
  /** Connections of unknown source or protocol, which neither server tracks yet. */
  const undecided = new Set<Socket>()
  /** Those that were undecided at the last sweep. */
  let silent: ReadonlySet<Socket> = new Set()
  const connections = new Connections(proxy.limits.stalled, () => proxy.counts.stalled++)
  const server = createHttp1Server(listener, tls, front && { front, undecided }, connections)
  if (proxyProtocol !== null) takeProxyHeaders(server, proxyProtocol, undecided, proxy, tls !== null)
  let isTracking = false
  return {
    server,
    connections,
    take(socket) {
      // Node checks request timeouts only if it listens itself.
      if (!isTracking && !server.listening) server.emit('listening')
      isTracking = true
      // As for connections that Node accepts.
      socket.allowHalfOpen = true
      server.emit('connection', socket)
    },
    retire(settle) {
      server.keepAliveTimeout = settle
      front?.retire()
    },
    closeIdle() {
      server.closeIdleConnections()
      front?.close()
      // A new connection's bytes may be unread, so it is closed at the second sweep.
      for (const socket of undecided) if (silent.has(socket)) socket.destroy()
      silent = new Set(undecided)
    },
    closeTunnels() {
      if (proxy.tunnels.size === 0) return false
      connections.noteShutdown()
      for (const tunnel of proxy.tunnels) tunnel.goAway()
      return true
    },
    closeAll() {
      connections.noteShutdown()
      server.closeAllConnections()
      for (const tunnel of proxy.tunnels) tunnel.close()
      front?.destroy()
      connections.destroyAll()
      for (const socket of undecided) socket.destroy()
    },
  }
}

/** Reads PROXY headers before TLS or HTTP. Must be called after all other listeners are added. */
function takeProxyHeaders(
  server: Server,
  proxies: readonly AddressRange[],
  undecided: Set<Socket>,
  proxy: ProxyContext,
  isTls: boolean,
): void {
  const { limits, log, clock, counts } = proxy
  const others = server.listeners('connection') as ((socket: Socket) => void)[]
  const headerless = new Headerless(log, clock)
  let waiting = 0
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    const source = socket.remoteAddress ?? null
    const lost = () => {
      undecided.delete(socket)
      waiting--
      // A health check that only connects sends nothing.
      if (socket.bytesRead > 0) headerless.tell(source)
    }
    // Unhandled errors would end the process, and nobody else listens yet.
    socket.on('error', () => {})
    if (waiting + counts.connections >= limits.connections) return refuseConnection(proxy, socket, isTls)
    waiting++
    undecided.add(socket)
    socket.once('close', lost)
    takeProxyHeader(socket, proxies, limits.headers, () => {
      socket.off('close', lost)
      undecided.delete(socket)
      waiting--
      for (const listener of others) listener.call(server, socket)
    })
  })
}

interface Sorting {
  readonly front: Http2Frontend
  readonly undecided: Set<Socket>
}

/** Passes HTTP/2 connections to their server. */
function sortOut(server: Server, tls: ListenerTls | null, { front, undecided }: Sorting, timeout: number): void {
  const made = tls === null ? 'connection' : 'secureConnection'
  // Node's own listener is the first.
  const [takeHttp1] = server.listeners(made) as [(socket: Socket) => void]
  server.off(made, takeHttp1)
  const take = (socket: Socket, isHttp2: boolean): void => {
    if (isHttp2) front.take(socket)
    else takeHttp1.call(server, socket)
  }
  server.on(made, (socket: Socket) => {
    // A refused connection may still be sending its refusal; requests on it are dropped.
    if (socket.destroyed || hasEnded({ socket })) return
    if (tls !== null) return take(socket, (socket as TLSSocket).alpnProtocol === 'h2')
    const decided = () => void undecided.delete(socket)
    undecided.add(socket)
    socket.once('close', decided)
    peekPreface(socket, timeout, (isHttp2) => {
      socket.off('close', decided)
      decided()
      take(socket, isHttp2)
    })
  })
}

/** Whether the first bytes of a connection are not HTTP of any version. */
function isNoHttp({ code, rawPacket }: NodeJS.ErrnoException & { readonly rawPacket?: Buffer }, socket: Socket): boolean {
  return code === 'HPE_INVALID_METHOD' && socket.bytesRead === rawPacket?.length && !rawPacket.includes('HTTP/')
}

function createHttp1Server(
  listener: Listener,
  tls: ListenerTls | null,
  sorting: Sorting | null,
  connections: Connections,
): Server {
  const { proxy } = listener
  const { limits } = proxy
  const options = {
    // The response class is typed by this request class.
    IncomingMessage: Http1Incoming as typeof IncomingMessage,
    ServerResponse: Http1Response,
    ...http1Options(limits),
  }
  // RFC 7301: in order of preference.
  const ALPNProtocols = sorting === null ? ['http/1.1'] : ['h2', 'http/1.1']
  const server =
    tls === null ? createServer(options) : createSecureServer({ ...options, ...tls.options(limits.headers), ALPNProtocols })
  // Node silently drops headers beyond a count. `MAX_HEAD` bounds their number.
  server.maxHeadersCount = 0

  const handle = (incoming: IncomingMessage, answer: Http1Response) => {
    if ((incoming as Http1Incoming).mayLoseNext) answer.shouldKeepAlive = false
    void handleRequest(listener, incoming, answer)
  }
  server.on('request', handle)
  // `100 Continue` is sent once the request is permitted and a service is connected; other expectations are refused.
  server.on('checkContinue', handle)
  server.on('checkExpectation', handle)
  server.on('upgrade', (incoming, socket, head) => {
    if (isAnswering(socket as Socket)) refuseAhead(proxy, incoming, socket as Socket)
    else handleUpgrade(listener, incoming, socket as Socket, head)
  })
  server.on('connect', (incoming, socket) => refuseTunnel(proxy, incoming, socket as Socket))
  server.on('clientError', (error, socket) => {
    // Node also reports failed handshakes here, which cannot be answered.
    if (tls !== null && tlsConnectionOf(socket as Socket) === null) socket.destroy()
    // RFC 9113 §3.4: an invalid preface, whose sender does not speak HTTP/1.1 either.
    else if (tls === null && sorting !== null && isNoHttp(error, socket as Socket)) socket.destroy()
    else answerBrokenRequest(proxy, error, socket as Socket)
  })
  server.on('connection', (socket) => {
    proxy.counts.connections++
    connections.add(socket)
    socket.on('close', () => proxy.counts.connections--)
    if (proxy.counts.connections > limits.connections) refuseConnection(proxy, socket, tls !== null)
  })
  // Last: refused connections are not inspected.
  if (sorting !== null) sortOut(server as unknown as Server, tls, sorting, limits.headers)
  server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) => {
    // Node removes its listeners for CONNECT; unhandled errors would end the process.
    socket.on('error', () => {})
    // Each pipelined request listens for the connection's end.
    socket.setMaxListeners(0)
  })
  tls?.attach(server as unknown as TlsServer)
  // Callers need not know the response class.
  return server as unknown as Server
}

/** Handles `Upgrade`, for which Node passes the connection. Unless the protocol switches, the response ends the connection. */
function handleUpgrade(listener: Listener, incoming: IncomingMessage, socket: Socket, head: Buffer): void {
  const upgrade = new Upgrade(incoming, socket, head)
  void handleRequest(listener, incoming, upgrade.answer, upgrade)
}
