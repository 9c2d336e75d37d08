import type { Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import type { Trust } from '../../../../request/index.ts'
import type { ListenerTls } from '../../../tls/index.ts'
import { checkListenerOf } from '../../pipeline/check-pipeline.ts'
import type { ProxyContext } from '../../proxy-context.ts'
import type { CheckServer, CheckServerOptions } from '../check-server.ts'
import { RareWarning } from '../rare-warning.ts'
import { answerCheck } from './answer-check.ts'
import type { CheckHandlers, CheckReply, ConnectionLimits, ServedConnection } from './service/index.ts'

/** Codes of gRPC. */
const PERMISSION_DENIED = 7
const RESOURCE_EXHAUSTED = 8

/** Maximum number of concurrent checks on one connection; Envoy opens another one for more. Their messages are in memory. */
const MAX_STREAMS = 256

/** Bytes of a check besides the body. */
const MAX_ATTRIBUTES = 1_048_576
/** The default of gRPC. */
const MIN_MESSAGE = 4_194_304

interface ExtAuthzOptions extends CheckServerOptions {
  /** Proxies before the asking one, which name the client; `null` if the asking proxy is the first. */
  readonly trust?: Trust | null
}

/**
 * Creates a listener that decides for Envoy, by the service `envoy.service.auth.v3.Authorization` of gRPC. What it needs of gRPC
 * is loaded here, so that a proxy without such a listener has no memory of it.
 */
export async function createExtAuthzServer(proxy: ProxyContext, options: ExtAuthzOptions): Promise<CheckServer> {
  const { tls, mayAsk } = options
  const { serveConnection } = await import('./service/index.ts')
  const open = new Set<ServedConnection>()
  const handlersOf = checkHandlers(proxy, options)
  const bounds = boundsOf(proxy)
  const refused = new RareWarning(proxy, 'a proxy that `clients` does not name asked for decisions')
  let isRetired = false

  function accept(socket: Socket): void {
    if (socket.destroyed) return
    // Unhandled errors would end the process.
    socket.on('error', () => {})
    if (!mayAsk(socket)) {
      refused.report({ source: socket.remoteAddress ?? null })
      return void socket.destroy()
    }
    const connection = serveConnection(socket, handlersOf(socket), bounds)
    open.add(connection)
    socket.once('close', () => open.delete(connection))
    if (isRetired) connection.announce()
  }

  const handshakes = tls === null ? null : secured(tls, proxy.limits.headers, accept)
  return {
    take(socket) {
      if (handshakes === null) accept(socket)
      else handshakes.emit('connection', socket)
    },
    retire() {
      isRetired = true
      for (const connection of open) connection.announce()
    },
    closeIdle() {
      isRetired = true
      for (const connection of open) connection.close()
    },
    closeAll() {
      for (const connection of open) connection.destroy()
    },
  }
}

function boundsOf({ limits }: ProxyContext): ConnectionLimits {
  return {
    message: Math.max(MIN_MESSAGE, limits.body + MAX_ATTRIBUTES),
    streams: MAX_STREAMS,
    idle: limits.idle,
    check: limits.request,
  }
}

/** Returns a function that returns the handlers of the checks that arrive over a connection. */
function checkHandlers(
  proxy: ProxyContext,
  { mayAsk, source, trust = null }: ExtAuthzOptions,
): (socket: Socket) => CheckHandlers {
  const listener = checkListenerOf(proxy, source)
  const barred = new RareWarning(proxy, 'a check was refused, as its connection may not ask any more')
  const excess = new RareWarning(proxy, 'a check was refused, as there are as many as `limits.connections`')
  let running = 0
  return (socket) => ({
    isServing: () => proxy.policies.current !== null && !proxy.draining,
    check(message, reply) {
      // Certificates expire and are revoked while the connection is open.
      if (!mayAsk(socket)) {
        barred.report({ source: socket.remoteAddress ?? null })
        return refuseTo(reply, PERMISSION_DENIED, 'this proxy may not ask: see `clients` of the listener')
      }
      if (running >= proxy.limits.connections) {
        excess.report({ source: socket.remoteAddress ?? null })
        return refuseTo(reply, RESOURCE_EXHAUSTED, 'too many checks are under way')
      }
      running++
      let isOver = false
      const over = () => {
        if (!isOver) running--
        isOver = true
      }
      const end = answerCheck(listener, message, socket, trust, (result) => {
        over()
        reply(result)
      })
      return () => {
        over()
        end()
      }
    },
  })
}

function refuseTo(reply: (reply: CheckReply) => void, code: number, message: string): () => void {
  reply({ kind: 'error', code, message })
  return () => {}
}

/** Returns a server that passes connections on after their TLS handshake. It does not listen. */
function secured(tls: ListenerTls, timeout: number, accept: (socket: Socket) => void): TlsServer {
  const server = createTlsServer({ ...tls.options(timeout), ALPNProtocols: ['h2'] })
  tls.attach(server)
  server.on('secureConnection', accept)
  return server
}
