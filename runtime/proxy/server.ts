import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { Http1Answer } from './answer.ts'
import { answerBrokenRequest, isAnswering, refuseTunnel } from './broken-request.ts'
import { handleRequest } from './handle-request.ts'
import { Http2Front } from './http2/http2-front.ts'
import { peekPreface } from './http2/peek-preface.ts'
import { MAX_HEAD } from './max-head.ts'
import type { ProxyContext } from './proxy-context.ts'
import { handleUpgrade } from './tunnel/handle-upgrade.ts'

/** What listens, and what is to be said to it when it closes. */
export interface Front {
  readonly server: Server
  /** Ends connections that carry nothing; the others when what they carry has ended. */
  closeIdle(): void
  closeAll(): void
}

export interface FrontOptions {
  /** HTTP/2 besides, by prior knowledge (RFC 9113 §3.3). */
  readonly http2: boolean
}

/** What Node's servers let through and should not, `request/` refuses. */
export function createFront(proxy: ProxyContext, { http2 }: FrontOptions): Front {
  const server = createHttp1Server(proxy)
  const closeAll = () => {
    server.closeAllConnections()
    for (const tunnel of proxy.tunnels) tunnel.close()
  }
  if (!http2) return { server, closeIdle: () => server.closeIdleConnections(), closeAll }
  const front = new Http2Front(proxy)
  const [takeHttp1] = server.listeners('connection') as [(socket: Socket) => void]
  server.off('connection', takeHttp1)
  server.on('connection', (socket: Socket) =>
    peekPreface(socket, proxy.limits.headers, (isHttp2) => {
      if (isHttp2) front.take(socket)
      else takeHttp1.call(server, socket)
    }),
  )
  return {
    server,
    closeIdle() {
      server.closeIdleConnections()
      front.close()
    },
    closeAll() {
      closeAll()
      front.destroy()
    },
  }
}

function createHttp1Server(proxy: ProxyContext): Server {
  const { limits } = proxy
  const server = createServer({
    ServerResponse: Http1Answer,
    insecureHTTPParser: false,
    // Left to us, so that the answer has a code and a request id.
    requireHostHeader: false,
    maxHeaderSize: MAX_HEAD,
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.idle,
    connectionsCheckingInterval: Math.min(1000, limits.headers),
  })
  // Node drops header lines beyond it, silently. There cannot be as many as to matter in `MAX_HEAD` bytes.
  server.maxHeadersCount = 0

  const handle = handleRequest.bind(null, proxy)
  server.on('request', handle)
  // `100 Continue` is sent once the request is permitted and a service is there; any other expectation is refused.
  server.on('checkContinue', handle)
  server.on('checkExpectation', handle)
  server.on('upgrade', (incoming, socket, head) => {
    // It was sent ahead, and the connection is somebody else's until then.
    if (isAnswering(socket as Socket)) socket.destroy()
    else handleUpgrade(proxy, incoming, socket as Socket, head)
  })
  server.on('connect', (incoming, socket) => refuseTunnel(proxy, incoming, socket as Socket))
  server.on('clientError', (error, socket) => answerBrokenRequest(proxy, error, socket as Socket))
  server.on('connection', (socket) => {
    proxy.counts.connections++
    socket.on('close', () => proxy.counts.connections--)
    // Node takes its own listeners away from what it hands out (CONNECT); an error that nobody hears ends the process.
    socket.on('error', () => {})
    // Requests that were sent ahead on a connection each listen for its end.
    socket.setMaxListeners(0)
  })
  // Which class its answers have is no concern of whoever listens with it.
  return server as unknown as Server
}
