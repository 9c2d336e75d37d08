import { createServer, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import { type ListenerTls, tlsConnectionOf } from '../tls/index.ts'
import { Answer } from './answer.ts'
import { answerBrokenRequest, refuseTunnel } from './broken-request.ts'
import { handleRequest } from './handle-request.ts'
import type { ProxyContext } from './proxy-context.ts'

/** Twice what the canonical request allows, so that it is that which says no, with the right status. */
const MAX_HEAD = 2 * (16384 + 8192)

/** An HTTP/1.1 front, over TLS where there is some. What Node's server lets through and should not, `request/` refuses. */
export function createProxyServer(proxy: ProxyContext, tls: ListenerTls | null = null): Server {
  const { limits } = proxy
  const options = {
    ServerResponse: Answer,
    insecureHTTPParser: false,
    // Left to us, so that the answer has a code and a request id.
    requireHostHeader: false,
    maxHeaderSize: MAX_HEAD,
    headersTimeout: limits.headers,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.idle,
    connectionsCheckingInterval: Math.min(1000, limits.headers),
  }
  const server = tls === null ? createServer(options) : createSecureServer({ ...options, ...tls.options(limits.headers) })
  // Node drops header lines beyond it, silently. There cannot be as many as to matter in `MAX_HEAD` bytes.
  server.maxHeadersCount = 0

  const handle = handleRequest.bind(null, proxy)
  server.on('request', handle)
  // `100 Continue` is sent once the request is permitted and a service is there; any other expectation is refused.
  server.on('checkContinue', handle)
  server.on('checkExpectation', handle)
  // There is no listener for 'upgrade': such a request comes as any other.
  server.on('connect', (incoming, socket) => refuseTunnel(proxy, incoming, socket as Socket))
  server.on('clientError', (error, socket) => {
    // Node tells here of handshakes that failed, too: there is nobody to answer.
    if (tls !== null && tlsConnectionOf(socket as Socket) === null) socket.destroy()
    else answerBrokenRequest(proxy, error, socket as Socket)
  })
  server.on('connection', (socket) => {
    proxy.counts.connections++
    socket.on('close', () => proxy.counts.connections--)
  })
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
