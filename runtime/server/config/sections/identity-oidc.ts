import type { ConfigPath } from '../../../base/config-error.ts'
import type { OidcConfig } from '../../../identity/methods/oidc/oidc-config.ts'
import type { RawIdentity } from '../raw-config.ts'
import type { Towards } from './identity-client.ts'
import { readMfa } from './identity-mfa.ts'
import { checkTwice, items, type Reading, readDuration } from './reading.ts'

/** Reads the OpenID Connect sign-in settings of an identity. `issuer` and `clientId` are validated elsewhere. */
export function readOidc(raw: RawIdentity, { client, tls }: Towards, path: ConfigPath, reading: Reading): OidcConfig {
  const at = (key: string): ConfigPath => [...path, key]
  const scopes = items(raw.scopes, at('scopes'))
  const algorithms = items(raw.algorithms, at('algorithms'))
  checkTwice(scopes, reading)
  return {
    issuer: raw.issuer ?? '',
    clientId: raw.clientId ?? '',
    client,
    tls,
    scopes: ['openid', ...scopes.map(([scope]) => scope).filter((scope) => scope !== 'openid')],
    algorithms: algorithms.length === 0 ? null : algorithms.map(([name]) => name),
    userinfo: raw.userinfo ?? false,
    clockSkew: readDuration(raw.clockSkew, at('clockSkew'), { otherwise: '30s', most: '5m' }, reading),
    staleSession: readDuration(raw.staleSession, at('staleSession'), { otherwise: '1h', most: '7d' }, reading),
    staleKeys: readDuration(raw.staleKeys, at('staleKeys'), { otherwise: '1h', least: '1m', most: '7d' }, reading),
    mfa: readMfa(raw, path, reading),
  }
}
