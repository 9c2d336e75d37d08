import type { ConfigPath } from '../../../base/config-error.ts'
import type { BalanceName, UpstreamConfig, UpstreamProtocol } from '../../../proxy/upstreams/upstream-config.ts'
import type { RawService } from '../raw-config.ts'
import { type Reading, readDuration } from './reading.ts'

/** Reads the settings for requests to a service. The JSON Schema limits the ranges of numbers. */
export function readUpstreams(
  raw: RawService,
  path: ConfigPath,
  reading: Reading,
): Omit<UpstreamConfig, 'upstreams' | 'timeouts'> {
  const { protocol, balance, eject = {}, retries = {}, limits = {}, panic } = raw
  return {
    protocol: (protocol ?? 'http1') as UpstreamProtocol,
    balance: (balance ?? 'round-robin') as BalanceName,
    health: readHealth(raw, path, reading),
    eject: {
      failures: eject.failures ?? 5,
      time: readDuration(eject.time, [...path, 'eject', 'time'], { otherwise: '10s', least: '100ms', most: '1h' }, reading),
    },
    panic: panic ?? true,
    retries: { attempts: retries.attempts ?? 2, budget: Number.parseInt(retries.budget ?? '20%', 10) / 100 },
    limits: { connections: limits.connections ?? null, requests: limits.requests ?? null },
  }
}

function readHealth({ health }: RawService, path: ConfigPath, reading: Reading): UpstreamConfig['health'] {
  if (health === undefined) return null
  const at = (key: string): ConfigPath => [...path, 'health', key]
  return {
    path: health.path ?? '/',
    interval: readDuration(health.interval, at('interval'), { otherwise: '10s', least: '100ms', most: '1h' }, reading),
    timeout: readDuration(health.timeout, at('timeout'), { otherwise: '2s', least: '10ms', most: '1m' }, reading),
    healthy: health.healthy ?? 2,
    unhealthy: health.unhealthy ?? 3,
  }
}
