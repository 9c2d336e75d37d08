import type { LookupAddress } from 'node:dns'
import type { Dispatcher } from 'undici'
import { Pool } from '../../base/undici/index.ts'
import type { UpstreamTls } from '../../tls/index.ts'
import { connectorOf } from './connector.ts'
import { Http2Pool } from './http2/http2-pool.ts'
import type { UpstreamConfig } from './upstream-config.ts'

/** A client for requests to one address: the part of undici's `Pool` that the proxy uses. */
export interface Transport {
  /** Sends a request. Reports the response to `handler` by undici's core callbacks. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): unknown
  /** Refuses further requests. Resolves when the requests under way are complete. */
  close(): Promise<void>
  destroy(): Promise<void>
}

export interface Transports {
  readonly kept: Transport
  /**
   * Client that sends each request on a new connection, whereas `kept` reuses connections. Over HTTP/2 both are the same client,
   * which detects stale connections.
   */
  readonly fresh: Transport
}

export function transportsOf(
  origin: string,
  at: readonly LookupAddress[] | null,
  { protocol, timeouts }: UpstreamConfig,
  tls: UpstreamTls | null,
): Transports {
  if (protocol === 'http2') {
    const pool = new Http2Pool({ origin, at, tls }, timeouts)
    return { kept: pool, fresh: pool }
  }
  const options = {
    connect: connectorOf(origin, at, timeouts.connect, tls),
    headersTimeout: timeouts.firstByte,
    bodyTimeout: timeouts.idle,
  }
  // Other kept connections may be stale too, and undici chooses among them.
  return { kept: new Pool(origin, options), fresh: new Pool(origin, { ...options, pipelining: 0 }) }
}
