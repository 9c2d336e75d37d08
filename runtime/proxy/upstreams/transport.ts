import type { LookupAddress } from 'node:dns'
import type { Dispatcher } from 'undici'
import { Pool } from '../../base/undici/index.ts'
import type { UpstreamTls } from '../../tls/index.ts'
import { connectorOf } from './connector.ts'
import { Http2Pool } from './http2/http2-pool.ts'
import type { UpstreamConfig } from './upstream-config.ts'

/** How requests come to an address: what is used of undici's `Pool`, which is one. */
export interface Transport {
  /** `handler` hears what undici's core tells, and is not asked twice. */
  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): unknown
  /** Lets requests end that are under way; none may follow. */
  close(): Promise<void>
  /** Breaks what is under way. */
  destroy(): Promise<void>
}

export interface Transports {
  readonly kept: Transport
  /** Makes a connection for each request; over HTTP/2 the same as `kept`, which notices stale connections. */
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
  // Of connections that were kept others may be stale for the same reason, and undici hands out the one that it likes.
  return { kept: new Pool(origin, options), fresh: new Pool(origin, { ...options, pipelining: 0 }) }
}
