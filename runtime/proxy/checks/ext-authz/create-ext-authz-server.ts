import type { Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import type { Trust } from '../../../../request/index.ts'
import { GRPC } from '../../../base/grpc.ts'
import type { ListenerTls } from '../../../tls/index.ts'
import { checkListenerOf } from '../../pipeline/check-pipeline.ts'
import type { ProxyContext } from '../../proxy-context.ts'
import type { SentHeaders } from '../check-config.ts'
import { CheckMemory, longestCheck } from '../check-memory.ts'
import type { CheckServer, CheckServerOptions } from '../check-server.ts'
import { envoyHeaders, envoyWithAllHeaders } from '../permitted-headers.ts'
import { RareWarning } from '../rare-warning.ts'
import { answerCheck } from './answer-check.ts'
import type { CallAdmission, CheckHandlers, CheckReply, ConnectionLimits, ServedConnection } from './service/index.ts'

/** Maximum number of concurrent calls on one connection; Envoy opens another one for more. */
const MAX_STREAMS = 256

/** Calls of the health service that are answered while there are as many checks as may be. */
const HEALTH_CALLS = 16

interface ExtAuthzOptions extends CheckServerOptions, SentHeaders {
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
    message: longestCheck(limits),
    streams: MAX_STREAMS,
    idle: limits.idle,
    check: limits.request,
  }
}

/** Returns a function that returns the handlers of the checks that arrive over a connection. */
function checkHandlers(
  proxy: ProxyContext,
  { mayAsk, source, allHeaders, trust = null }: ExtAuthzOptions,
): (socket: Socket) => CheckHandlers {
  const listener = checkListenerOf(proxy, source)
  const front = allHeaders ? envoyWithAllHeaders : envoyHeaders
  const barred = new RareWarning(proxy, 'a check was refused, as its connection may not ask any more')
  const admissionOf = admissionsOf(proxy)
  return (socket) => ({
    admission: admissionOf(socket),
    isServing: () => proxy.policies.current !== null && !proxy.draining,
    check(message, reply) {
      // Certificates expire and are revoked while the connection is open.
      if (mayAsk(socket)) return answerCheck(listener, message, { socket, trust, front }, reply)
      barred.report({ source: socket.remoteAddress ?? null })
      return refuseTo(reply, 'check-not-allowed', 'this proxy may not ask: see `clients` of the listener')
    },
  })
}

function refuseTo(reply: (reply: CheckReply) => void, error: 'check-not-allowed', message: string): () => void {
  reply({ kind: 'error', code: GRPC.permissionDenied, error, message })
  return () => {}
}

/** Returns a function that returns the room for the calls of a connection. None of what it refuses has a record. */
function admissionsOf(proxy: ProxyContext): (socket: Socket) => CallAdmission {
  const { limits, metrics } = proxy
  const memory = new CheckMemory(proxy)
  const excess = new RareWarning(proxy, 'a check was refused, as there are as many as `limits.connections`')
  const full = new RareWarning(proxy, 'a check was refused, as the messages of others take the memory for checks')
  const unread = new RareWarning(proxy, 'a check could not be read, so it was refused')
  let running = 0
  return (socket) => ({
    begin(isCheck) {
      if (running < limits.connections + (isCheck ? 0 : HEALTH_CALLS)) {
        running++
        return true
      }
      excess.report({ source: socket.remoteAddress ?? null })
      metrics.shed('connections')
      return false
    },
    end: () => void running--,
    take(bytes) {
      if (memory.take(bytes)) return true
      full.report({ source: socket.remoteAddress ?? null, bytes })
      metrics.shed('memory')
      return false
    },
    free: (bytes) => memory.free(bytes),
    failed: (reason) => unread.report({ source: socket.remoteAddress ?? null, reason }),
  })
}

/** Returns a server that passes connections on after their TLS handshake. It does not listen. */
function secured(tls: ListenerTls, timeout: number, accept: (socket: Socket) => void): TlsServer {
  const server = createTlsServer({ ...tls.options(timeout), ALPNProtocols: ['h2'] })
  tls.attach(server)
  server.on('secureConnection', accept)
  return server
}
