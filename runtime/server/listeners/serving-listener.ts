import type { Socket } from 'node:net'
import { renderAddress } from '../../base/address.ts'
import type { KeyRing } from '../../identity/sessions/index.ts'
import { type CheckServer, mayAskBy, RareWarning } from '../../proxy/checks/index.ts'
import { Connections } from '../../proxy/connections/connections.ts'
import { createHttpServer, type ProxyContext } from '../../proxy/index.ts'
import type { ServingListener } from '../../proxy/listeners/drain.ts'
import type { ListenerTls } from '../../tls/index.ts'
import type { ListenerConfig } from '../config/index.ts'

/**
 * Creates a listener, which serves connections passed to it.
 *
 * @param keys keys of refusals, see `refusalKeys`
 */
export async function createServingListener(
  context: ProxyContext,
  listener: ListenerConfig,
  tls: ListenerTls | null,
  keys: KeyRing,
): Promise<ServingListener> {
  const { http2, trust, proxyProtocol } = listener
  const server = await openCheckServer(context, listener, tls, keys)
  return server === null
    ? createHttpServer(context, { http2, trust, proxyProtocol, tls })
    : counted(context, server, askersAt(context, listener))
}

/** Returns `null` for a listener that forwards. Loads the code of a protocol only for its listeners. */
async function openCheckServer(
  context: ProxyContext,
  { check, address, trust }: ListenerConfig,
  tls: ListenerTls | null,
  keys: KeyRing,
): Promise<CheckServer | null> {
  if (check === null) return null
  const { protocol, clients } = check
  const mayAsk = mayAskBy(clients, context.clock)
  const options = { tls, mayAsk, source: { protocol, listener: renderAddress(address) } }
  if (protocol === 'ext-authz') {
    const { createExtAuthzServer } = await import('../../proxy/checks/ext-authz/index.ts')
    return createExtAuthzServer(context, { ...options, trust })
  }
  const { createForwardAuthServer } = await import('../../proxy/checks/forward-auth/forward-auth-server.ts')
  return createForwardAuthServer(context, { ...options, original: check.original, prefix: check.prefix, trust, keys })
}

/**
 * Returns a function that tells whether to serve a connection to a listener for checks. Certificates are only known after the
 * handshake. If the address alone decides, others get no connection, and use up nothing.
 */
function askersAt(context: ProxyContext, { check, address }: ListenerConfig): (socket: Socket) => boolean {
  const clients = check?.clients ?? null
  if (clients === null || clients.certificates.length > 0) return () => true
  const mayAsk = mayAskBy(clients, context.clock)
  const strangers = new RareWarning(context, 'a proxy that `clients` does not name connected to ask for decisions')
  return (socket) => {
    const may = mayAsk(socket)
    if (!may) strangers.report({ source: socket.remoteAddress ?? null, listener: renderAddress(address) })
    return may
  }
}

/** Counts and limits the connections of a listener for checks, and closes those that it leaves open. */
function counted(
  { limits, counts }: ProxyContext,
  server: CheckServer,
  mayConnect: (socket: Socket) => boolean,
): ServingListener {
  const connections = new Connections(limits.stalled, () => counts.stalled++)
  return {
    server: null,
    connections,
    take(socket) {
      socket.on('error', () => {})
      if (counts.checkConnections >= limits.connections || !mayConnect(socket)) return void socket.destroy()
      counts.checkConnections++
      connections.add(socket)
      socket.once('close', () => counts.checkConnections--)
      server.take(socket)
    },
    retire: (settle) => server.retire(settle),
    closeIdle: () => server.closeIdle(),
    closeAll() {
      connections.noteShutdown()
      server.closeAll()
      connections.destroyAll()
    },
  }
}
