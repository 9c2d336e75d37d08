import type { Log } from '../../base/log.ts'
import type { ProxyContext } from '../../proxy/index.ts'
import { type Buckets, MemoryBuckets } from '../../proxy/rate-limits/index.ts'
import type { Config } from '../config/index.ts'

export interface OpenedLimits {
  readonly limiting: ProxyContext['limiting']
  close(): void
}

/**
 * Opens the store of token buckets for rate limits: Redis if configured, else a store in memory.
 *
 * @param shared store in memory that several processes share; by default, this process gets a store of its own
 */
export async function openLimits({ limiting }: Config, log: Log, shared?: Buckets): Promise<OpenedLimits> {
  const { store, prefix, whenUnavailable } = limiting
  if (store.kind === 'memory') {
    const buckets = shared ?? new MemoryBuckets()
    return { limiting: { buckets, whenUnavailable }, close: () => {} }
  }
  // Loaded on demand, as for sessions.
  const { RedisBuckets } = await import('../../proxy/rate-limits/redis-buckets.ts')
  const buckets = new RedisBuckets({ url: store.url, prefix, log })
  await buckets.ready()
  return { limiting: { buckets, whenUnavailable }, close: () => buckets.close() }
}
