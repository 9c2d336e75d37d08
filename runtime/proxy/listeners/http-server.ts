import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket, Server as TlsServer } from 'node:tls'
import type { AddressRange, Trust } from '../../../request/index.ts'
import { type ListenerTls, tlsConnectionOf } from '../../tls/index.ts'
import { Connections } from '../connections/connections.ts'
import { hasEnded } from '../connections/linger.ts'
import { peekPreface } from '../connections/peek.ts'
import { Http2Frontend } from '../http2/http2-front.ts'
import { handleRequest, type Listener } from '../pipeline/handle-request.ts'
import type { ProxyContext } from '../proxy-context.ts'
import { Headerless } from '../proxy-protocol/headerless.ts'
import { takeProxyHeader } from '../proxy-protocol/take-proxy-header.ts'
import { Upgrade } from '../websocket/upgrade.ts'
import { answerBrokenRequest, isAnswering, refuseAhead, refuseConnection, refuseTunnel } from './broken-request.ts'
import { Http1Incoming } from './http1-request.ts'
import { Http1Response } from './http1-response.ts'

/** Bytes of a head that a server reads: twice the bound of the canonical request, which refuses with the right status. */
const MAX_HEAD = 2 * (16384 + 8192)

/** What listens, and what is to be said to it when it closes. */
export interface HttpServer {
  readonly server: Server
  readonly connections: Connections
  /** Takes a connection that somebody else has accepted. */
  take(socket: Socket): void
  /**
   * Whoever asks for something more is told that it is the last time. Connections that come to carry nothing are ended after
   * `settle` milliseconds: that their answer is the last one may not have been known when it began.
   */
  retire(settle: number): void
  /** Ends connections that carry nothing; the others when what they carry has ended. */
  closeIdle(): void
  closeAll(): void
}

export interface HttpServerOptions {
  /** Whom to believe about where requests come from. */
  readonly trust: Trust | null
  /** Proxies whose connections begin with a header of the PROXY protocol; null: none does. */
  readonly proxyProtocol: readonly AddressRange[] | null
  /** HTTP/2 besides: over TLS by ALPN, else by prior knowledge (RFC 9113 §3.2, §3.3). */
  readonly http2: boolean
  /** Null: plain HTTP. */
  readonly tls: ListenerTls | null
}

/** What Node's servers let through and should not, `request/` refuses. */
export function createHttpServer(proxy: ProxyContext, { http2, trust, proxyProtocol, tls }: HttpServerOptions): HttpServer {
  const listener = { proxy, trust }
  const front = http2 ? new Http2Frontend(listener) : null
  /** Connections that have not said yet whose they are, or what they speak: neither server knows them. */
  const undecided = new Set<Socket>()
  /** Those that had not when it was last looked for what is idle. */
  let silent: ReadonlySet<Socket> = new Set()
  const connections = new Connections(proxy.limits.stalled, () => proxy.counts.stalled++)
  const server = createHttp1Server(listener, tls, front && { front, undecided }, connections)
  if (proxyProtocol !== null) takeProxyHeaders(server, proxyProtocol, undecided, proxy, tls !== null)
  let isTracking = false
  return {
    server,
    connections,
    take(socket) {
      // Node looks at how long requests take only where it listens itself.
      if (!isTracking && !server.listening) server.emit('listening')
      isTracking = true
      // As those have it that it accepts itself.
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
      // What one has sent that has just come may not be read yet: it is looked at once more.
      for (const socket of undecided) if (silent.has(socket)) socket.destroy()
      silent = new Set(undecided)
    },
    closeAll() {
      server.closeAllConnections()
      for (const tunnel of proxy.tunnels) tunnel.close()
      front?.destroy()
      connections.destroyAll()
      for (const socket of undecided) socket.destroy()
    },
  }
}

/** Reads PROXY headers before TLS or HTTP see a connection. Called once all other listeners of the server are there. */
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
  /** Nobody has counted them yet. */
  let waiting = 0
  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    const source = socket.remoteAddress ?? null
    const lost = () => {
      undecided.delete(socket)
      waiting--
      // Who only looks whether somebody listens says nothing.
      if (socket.bytesRead > 0) headerless.tell(source)
    }
    // An error that nobody hears ends the process, and nobody else listens yet.
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

/** Connections that speak HTTP/2 go to that front. */
function sortOut(server: Server, tls: ListenerTls | null, { front, undecided }: Sorting, timeout: number): void {
  const made = tls === null ? 'connection' : 'secureConnection'
  // Node's own is the first.
  const [takeHttp1] = server.listeners(made) as [(socket: Socket) => void]
  server.off(made, takeHttp1)
  const take = (socket: Socket, isHttp2: boolean): void => {
    if (isHttp2) front.take(socket)
    else takeHttp1.call(server, socket)
  }
  server.on(made, (socket: Socket) => {
    // Whoever has turned it away may still be telling it so: nobody could be told the answer to what it asks.
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

/** Whether a connection has begun with what is no request of any version. */
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
    // Its types make the answer one to this class.
    IncomingMessage: Http1Incoming as typeof IncomingMessage,
    ServerResponse: Http1Response,
    insecureHTTPParser: false,
    // Left to us, so that the answer has a code and a request id.
    requireHostHeader: false,
    maxHeaderSize: MAX_HEAD,
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.idle,
    connectionsCheckingInterval: Math.min(1000, limits.headers),
  }
  // RFC 7301: what the proxy would rather speak comes first.
  const ALPNProtocols = sorting === null ? ['http/1.1'] : ['h2', 'http/1.1']
  const server =
    tls === null ? createServer(options) : createSecureServer({ ...options, ...tls.options(limits.headers), ALPNProtocols })
  // Node drops header lines beyond it, silently. There cannot be as many as to matter in `MAX_HEAD` bytes.
  server.maxHeadersCount = 0

  const handle = (incoming: IncomingMessage, answer: Http1Response) => {
    if ((incoming as Http1Incoming).mayLoseNext) answer.shouldKeepAlive = false
    void handleRequest(listener, incoming, answer)
  }
  server.on('request', handle)
  // `100 Continue` is sent once the request is permitted and a service is there; any other expectation is refused.
  server.on('checkContinue', handle)
  server.on('checkExpectation', handle)
  server.on('upgrade', (incoming, socket, head) => {
    if (isAnswering(socket as Socket)) refuseAhead(proxy, incoming, socket as Socket)
    else handleUpgrade(listener, incoming, socket as Socket, head)
  })
  server.on('connect', (incoming, socket) => refuseTunnel(proxy, incoming, socket as Socket))
  server.on('clientError', (error, socket) => {
    // Node tells here of handshakes that failed, too: there is nobody to answer.
    if (tls !== null && tlsConnectionOf(socket as Socket) === null) socket.destroy()
    // RFC 9113 §3.4: an invalid preface. Whoever sent it does not speak HTTP/1.1 either.
    else if (tls === null && sorting !== null && isNoHttp(error, socket as Socket)) socket.destroy()
    else answerBrokenRequest(proxy, error, socket as Socket)
  })
  server.on('connection', (socket) => {
    proxy.counts.connections++
    connections.add(socket)
    socket.on('close', () => proxy.counts.connections--)
    if (proxy.counts.connections > limits.connections) refuseConnection(proxy, socket, tls !== null)
  })
  // Behind it: what is turned away is not looked at.
  if (sorting !== null) sortOut(server as unknown as Server, tls, sorting, limits.headers)
  server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) => {
    // Node takes its own listeners away from what it hands out (CONNECT); an error that nobody hears ends the process.
    socket.on('error', () => {})
    // Requests that were sent ahead on a connection each listen for its end.
    socket.setMaxListeners(0)
  })
  tls?.attach(server as unknown as TlsServer)
  // Which class its answers have is no concern of whoever listens with it.
  return server as unknown as Server
}

/**
 * A request with `Upgrade`, which Node hands out with the connection. It goes the same way as any other; if it is refused, or the
 * service answers otherwise, that is the last answer on the connection.
 */
function handleUpgrade(listener: Listener, incoming: IncomingMessage, socket: Socket, head: Buffer): void {
  const upgrade = new Upgrade(incoming, socket, head)
  void handleRequest(listener, incoming, upgrade.answer, upgrade)
}
