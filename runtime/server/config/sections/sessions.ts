import type { SessionsConfig } from '../../../identity/sessions/session-store.ts'
import type { RawConfig } from '../raw-config.ts'
import { items, type Reading, readDuration } from './reading.ts'
import { readRedisEndpoint } from './redis.ts'
import { readSecretRef } from './secret-ref.ts'

/**
 * Reads the section `sessions`. A store in Redis requires `keys`, because its sessions outlive the proxy and others can read
 * them.
 */
export function readSessions(raw: RawConfig, reading: Reading): SessionsConfig {
  const { sessions = {} } = raw
  const { store = 'memory', idle, lifetime, perSubject = 100, keys } = sessions
  const isMemory = store === 'memory'
  if (!isMemory && !Object.hasOwn(sessions, 'keys'))
    reading.problem(['sessions'], '`sessions` needs `keys`: sessions in Redis are encrypted for all proxies that share it', true)
  const url = isMemory ? '' : readRedisEndpoint(store, ['sessions', 'store'], raw, reading)
  const most = readDuration(lifetime, ['sessions', 'lifetime'], { otherwise: '12h', least: '1m', most: '30d' }, reading)
  return {
    store: isMemory ? { kind: 'memory' } : { kind: 'redis', url },
    idle: Math.min(most, readDuration(idle, ['sessions', 'idle'], { otherwise: '1h', least: '1s', most: '30d' }, reading)),
    lifetime: most,
    perSubject,
    keys: items(keys, ['sessions', 'keys']).map(([ref]) => readSecretRef(ref, reading)),
  }
}
