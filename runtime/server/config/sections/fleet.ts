import type { FleetConfig } from '../config.ts'
import type { RawConfig } from '../raw-config.ts'
import type { Reading } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'

/** Reads the section `fleet`. The ID is a reference, so that all proxies of a fleet can have the same file. */
export function readFleet({ fleet }: RawConfig, reading: Reading): FleetConfig | null {
  if (fleet === undefined) return null
  const { redis = '', prefix = 'iap:', id } = fleet
  if (fleet.redis !== undefined && (!URL.canParse(redis) || new URL(redis).hostname === ''))
    reading.problem(['fleet', 'redis'], '`fleet.redis` must be a URL such as `redis://redis.example:6379`')
  return { redis, prefix, id: id === undefined ? null : readSecretRef(id, reading) }
}
