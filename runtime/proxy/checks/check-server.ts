import type { Socket } from 'node:net'
import type { ListenerTls } from '../../tls/index.ts'
import type { CheckSource } from './check-config.ts'

/**
 * A listener for checks. It accepts no connections itself, and need not count, limit or destroy them: who passes them does
 * (`runtime/server/listeners/serving-listener.ts`).
 */
export interface CheckServer {
  /** Serves a connection that was accepted, and is not read yet. Its errors have a listener. */
  take(socket: Socket): void
  /** Announces the end of connections. Closes connections that are idle for `settle` milliseconds. */
  retire(settle: number): void
  /** Closes idle connections at once, and others when their checks are answered. */
  closeIdle(): void
  /** Closes all connections at once. */
  closeAll(): void
}

export interface CheckServerOptions {
  readonly tls: ListenerTls | null
  /**
   * Returns whether the proxy at the other end of a connection may ask. With TLS, `socket` must be the connection after its
   * handshake. Must be called for each check, because certificates expire and are revoked.
   */
  readonly mayAsk: (socket: Socket) => boolean
  /** The listener, which audit records name: the argument of `checkListenerOf`. */
  readonly source: CheckSource
}
