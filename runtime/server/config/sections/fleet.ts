import type { FleetConfig } from '../config.ts'
import type { RawConfig } from '../raw-config.ts'
import type { Reading } from './reading.ts'
import { readRedisEndpoint } from './redis.ts'
import { readSecretRef } from './secret-ref.ts'

/** Reads the section `fleet`. The ID is a reference, so that all proxies of a fleet can have the same file. */
export function readFleet(raw: RawConfig, reading: Reading): FleetConfig | null {
  const { fleet } = raw
  if (fleet === undefined) return null
  const { prefix = 'iap:', id } = fleet
  const redis = readRedisEndpoint(fleet.redis, ['fleet', 'redis'], raw, reading)
  return { redis, prefix, id: id === undefined ? null : readSecretRef(id, reading) }
}
