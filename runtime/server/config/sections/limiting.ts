import type { LimitingConfig } from '../../../proxy/rate-limits/buckets.ts'
import type { RawConfig } from '../raw-config.ts'
import type { Reading } from './reading.ts'

export function readLimiting({ limits = {} }: RawConfig, reading: Reading): LimitingConfig {
  const { store = 'memory', prefix = 'iap:', whenUnavailable = 'refuse' } = limits
  const isMemory = store === 'memory'
  if (!isMemory && (!URL.canParse(store) || new URL(store).hostname === ''))
    reading.problem(['limits', 'store'], '`limits.store` must be `memory` or a URL such as `redis://127.0.0.1:6379`')
  return { store: isMemory ? { kind: 'memory' } : { kind: 'redis', url: store }, prefix, whenUnavailable }
}
