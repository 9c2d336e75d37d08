import type { ProxyContext } from '../../proxy-context.ts'
import type { CheckServer, CheckServerOptions } from '../check-server.ts'

/** A placeholder that refuses all connections. */
export function createExtAuthzServer(_proxy: ProxyContext, _options: CheckServerOptions): CheckServer {
  return { take: (socket) => void socket.destroy(), retire: () => {}, closeIdle: () => {}, closeAll: () => {} }
}
