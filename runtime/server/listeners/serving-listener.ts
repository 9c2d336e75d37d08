import { renderAddress } from '../../base/address.ts'
import type { KeyRing } from '../../identity/sessions/index.ts'
import type { CheckConfig, CheckServer } from '../../proxy/checks/index.ts'
import { Connections } from '../../proxy/connections/connections.ts'
import { createHttpServer, type ProxyContext } from '../../proxy/index.ts'
import type { ServingListener } from '../../proxy/listeners/drain.ts'
import type { ListenerTls } from '../../tls/index.ts'
import type { ListenerConfig } from '../config/index.ts'
import { CheckConnections } from './check-connections.ts'

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
  const { check, http2, trust, proxyProtocol } = listener
  if (check === null) return createHttpServer(context, { http2, trust, proxyProtocol, tls })
  const connections = new CheckConnections(context, listener)
  const server = await openCheckServer(context, { ...listener, check }, tls, keys, connections)
  return counted(context, server, connections)
}

/** Loads the code of a protocol only for its listeners. */
async function openCheckServer(
  context: ProxyContext,
  { check, address, trust }: ListenerConfig & { readonly check: CheckConfig },
  tls: ListenerTls | null,
  keys: KeyRing,
  { mayAsk }: CheckConnections,
): Promise<CheckServer> {
  const { protocol } = check
  const options = { tls, mayAsk, source: { protocol, listener: renderAddress(address) } }
  if (protocol === 'ext-authz') {
    const { createExtAuthzServer } = await import('../../proxy/checks/ext-authz/index.ts')
    return createExtAuthzServer(context, { ...options, allHeaders: check.allHeaders, trust })
  }
  const { createForwardAuthServer } = await import('../../proxy/checks/forward-auth/forward-auth-server.ts')
  const { original, prefix, allHeaders } = check
  return createForwardAuthServer(context, { ...options, original, prefix, allHeaders, trust, keys })
}

/** Limits the connections of a listener for checks, and closes those that it leaves open. */
function counted({ limits, counts }: ProxyContext, server: CheckServer, places: CheckConnections): ServingListener {
  const connections = new Connections(limits.stalled, () => counts.stalled++)
  return {
    server: null,
    connections,
    take(socket) {
      socket.on('error', () => {})
      if (!places.take(socket)) return void socket.destroy()
      connections.add(socket)
      server.take(socket)
    },
    retire: (settle) => server.retire(settle),
    closeIdle: () => server.closeIdle(),
    closeTunnels: () => false,
    closeAll() {
      connections.noteShutdown()
      server.closeAll()
      connections.destroyAll()
    },
  }
}
