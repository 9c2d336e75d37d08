import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Server as TlsServer } from 'node:tls'
import type { Trust } from '../../../../request/index.ts'
import { tlsConnectionOf } from '../../../tls/index.ts'
import { answerBrokenRequest, isAnswering } from '../../listeners/broken-request.ts'
import { http1Options } from '../../listeners/http1-options.ts'
import type { ProxyContext } from '../../proxy-context.ts'
import type { CheckServer, CheckServerOptions } from '../check-server.ts'
import { ForwardAuth } from './forward-auth.ts'
import type { OriginalOptions } from './original-request.ts'
import { type RefusalKeys, SealedRefusals } from './sealed-refusals.ts'

export interface ForwardAuthOptions extends CheckServerOptions, OriginalOptions {
  /** Proxies before the front, and the header in which the front forwards client certificates; `null` if there are none. */
  readonly trust: Trust | null
  /** Keys of refusals that the front gets with a second request, which any process may receive. */
  readonly keys: RefusalKeys
}

/** Creates the server of a listener for checks over HTTP/1.1, as nginx, Traefik, Caddy and the Gateway API make them. */
export function createForwardAuthServer(proxy: ProxyContext, options: ForwardAuthOptions): CheckServer {
  const refusals = new SealedRefusals(options.keys, proxy.pages, proxy.clock)
  const server = createHttpServer(proxy, options, new ForwardAuth(proxy, options, refusals))
  // Node checks request timeouts only if it listens itself.
  server.emit('listening')
  return {
    take(socket) {
      // As for connections that Node accepts.
      socket.allowHalfOpen = true
      server.emit('connection', socket)
    },
    retire(settle) {
      server.keepAliveTimeout = settle
    },
    closeIdle: () => server.closeIdleConnections(),
    closeAll() {
      server.closeAllConnections()
      // Ends the checks of timeouts.
      server.close()
    },
  }
}

function createHttpServer(proxy: ProxyContext, { tls, source }: CheckServerOptions, checks: ForwardAuth): Server {
  const { limits } = proxy
  const options = http1Options(limits)
  const server =
    tls === null
      ? createServer(options)
      : createSecureServer({ ...options, ...tls.options(limits.headers), ALPNProtocols: ['http/1.1'] })
  // Node silently drops headers beyond a count. `MAX_HEAD` bounds their number.
  server.maxHeadersCount = 0
  const handle = (check: IncomingMessage, response: ServerResponse) => checks.handle(check, response)
  server.on('request', handle)
  server.on('checkContinue', handle)
  server.on('clientError', (error, socket) => {
    // Node also reports failed handshakes here. A second answer would be taken for the answer to the check under way.
    const isUnanswerable = (tls !== null && tlsConnectionOf(socket) === null) || isAnswering(socket as Socket)
    if (isUnanswerable) socket.destroy()
    else answerBrokenRequest(proxy, error, socket as Socket, source)
  })
  // Node removes its listeners for CONNECT; unhandled errors would end the process.
  server.on(tls === null ? 'connection' : 'secureConnection', (socket: Socket) => socket.on('error', () => {}))
  tls?.attach(server as unknown as TlsServer)
  return server as unknown as Server
}
