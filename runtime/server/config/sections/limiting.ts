import type { LimitingConfig } from '../../../proxy/rate-limits/buckets.ts'
import type { RawConfig } from '../raw-config.ts'
import type { Reading } from './reading.ts'
import { readRedisEndpoint } from './redis.ts'

export function readLimiting(raw: RawConfig, reading: Reading): LimitingConfig {
  const { limits = {} } = raw
  const { store = 'memory', prefix = 'iap:', whenUnavailable = 'refuse' } = limits
  const isMemory = store === 'memory'
  const url = isMemory ? '' : readRedisEndpoint(store, ['limits', 'store'], raw, reading)
  return { store: isMemory ? { kind: 'memory' } : { kind: 'redis', url }, prefix, whenUnavailable }
}
