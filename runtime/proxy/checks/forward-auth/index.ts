import type { Trust } from '../../../../request/index.ts'
import type { ProxyContext } from '../../proxy-context.ts'
import type { OriginalRequest } from '../check-config.ts'
import type { CheckServer, CheckServerOptions } from '../check-server.ts'

export interface ForwardAuthOptions extends CheckServerOptions {
  readonly original: OriginalRequest
  readonly prefix: string
  /** Proxies before the asking one; the asking one is trusted. */
  readonly trust: Trust | null
}

/** A placeholder that refuses all connections. */
export function createForwardAuthServer(_proxy: ProxyContext, _options: ForwardAuthOptions): CheckServer {
  return { take: (socket) => void socket.destroy(), retire: () => {}, closeIdle: () => {}, closeAll: () => {} }
}
