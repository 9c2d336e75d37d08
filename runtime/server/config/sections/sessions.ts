import type { SessionsConfig } from '../../../identity/sessions/session-store.ts'
import type { RawConfig } from '../raw-config.ts'
import { items, type Reading, readDuration } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'

/**
 * Reads the section `sessions`. A store in Redis requires `keys`, because its sessions outlive the proxy and others can read
 * them.
 */
export function readSessions({ sessions = {} }: RawConfig, reading: Reading): SessionsConfig {
  const { store = 'memory', idle, lifetime, perSubject = 100, keys } = sessions
  const isMemory = store === 'memory'
  if (!isMemory && !Object.hasOwn(sessions, 'keys'))
    reading.problem(['sessions'], '`sessions` needs `keys`: sessions in Redis are encrypted for all proxies that share it', true)
  if (!isMemory && (!URL.canParse(store) || new URL(store).hostname === ''))
    reading.problem(['sessions', 'store'], '`sessions.store` must be `memory` or a URL such as `redis://127.0.0.1:6379`')
  const most = readDuration(lifetime, ['sessions', 'lifetime'], { otherwise: '12h', least: '1m', most: '30d' }, reading)
  return {
    store: isMemory ? { kind: 'memory' } : { kind: 'redis', url: store },
    idle: Math.min(most, readDuration(idle, ['sessions', 'idle'], { otherwise: '1h', least: '1s', most: '30d' }, reading)),
    lifetime: most,
    perSubject,
    keys: items(keys, ['sessions', 'keys']).map(([ref]) => readSecretRef(ref, reading)),
  }
}
