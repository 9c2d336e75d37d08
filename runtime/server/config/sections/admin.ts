import { isLoopback, parseAddress } from '../../../base/address.ts'
import type { AdminConfig } from '../config.ts'
import type { RawConfig } from '../raw-config.ts'
import { readListenerTls } from './listener-tls.ts'
import { checkTwice, items, type Reading } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'

export function readAdmin(raw: NonNullable<RawConfig['admin']>, reading: Reading): Omit<AdminConfig, 'address'> {
  const hosts = items(raw.hosts, ['admin', 'hosts'])
  checkTwice(
    hosts.map(([host, path]) => [host.toLowerCase(), path] as const),
    reading,
  )
  const address = parseAddress(raw.address ?? 'localhost:0')
  if ('tokens' in raw && !('tls' in raw) && typeof address !== 'string' && !isLoopback(address.host))
    reading.problem(
      ['admin', 'tokens'],
      '`admin.tokens` needs `admin.tls` at an address that other machines reach: without TLS the tokens can be intercepted',
      true,
    )
  return {
    hosts: hosts.map(([host]) => host.toLowerCase()),
    tokens: items(raw.tokens, ['admin', 'tokens']).map(([ref]) => readSecretRef(ref, reading)),
    tls: raw.tls === undefined ? null : readAdminTls(raw.tls, reading),
  }
}

/** Optional: health and metrics need no certificate. */
function readAdminTls(
  tls: NonNullable<NonNullable<RawConfig['admin']>['tls']>,
  reading: Reading,
): NonNullable<AdminConfig['tls']> {
  return readListenerTls({ ...tls, ...('clientCa' in tls && { clientCert: 'optional' }) }, ['admin', 'tls'], reading)
}
