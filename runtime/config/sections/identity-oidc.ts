import type { JwsAlgorithm } from '../../identity/jwt/jwt-config.ts'
import type { OidcConfig } from '../../identity/oidc/oidc-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawIdentity } from '../raw-config.ts'
import type { Path } from '../read-yaml.ts'
import { checkTwice, items, type Reading, readDuration, readPath } from './reading.ts'
import { readSecretRef } from './sessions.ts'

/** Each says by itself that callers sign in at a provider. */
export const OIDC_KEYS: readonly (keyof RawIdentity)[] = [
  'clientId',
  'clientSecret',
  'clientKey',
  'scopes',
  'userinfo',
  'staleSession',
]

/** A client of the provider that is registered with a secret or a key: whoever is not known to it could be anybody. */
export function readOidc(raw: RawIdentity, path: Path, reading: Reading): OidcConfig {
  const at = (key: string): Path => [...path, key]
  const has = (key: keyof RawIdentity) => Object.hasOwn(raw, key)
  const lacks = (what: string) => reading.problem(path, `${named(path)} lacks ${what}`, true)
  for (const key of ['issuer', 'clientId'] as const) if (!has(key)) lacks(`\`${key}\``)
  if (!has('clientSecret') && !has('clientKey')) lacks('`clientSecret` or `clientKey`')
  if (has('clientSecret') && has('clientKey'))
    reading.problem(at('clientKey'), `${named(path)} has \`clientSecret\` and \`clientKey\`: one of them shows who the proxy is`)
  const scopes = items(raw.scopes, at('scopes'))
  const algorithms = items(raw.algorithms, at('algorithms'))
  checkTwice(scopes, reading)
  const [secret = null] = readSecretRef(raw.clientSecret)
  return {
    issuer: raw.issuer ?? '',
    clientId: raw.clientId ?? '',
    clientSecret: secret,
    clientKey: raw.clientKey === undefined ? null : readPath(raw.clientKey, reading),
    scopes: ['openid', ...scopes.map(([scope]) => scope).filter((scope) => scope !== 'openid')],
    algorithms: algorithms.length === 0 ? null : algorithms.map(([name]) => name as JwsAlgorithm),
    userinfo: raw.userinfo ?? false,
    clockSkew: readDuration(raw.clockSkew, at('clockSkew'), { otherwise: '30s', most: '5m' }, reading),
    staleSession: readDuration(raw.staleSession, at('staleSession'), { otherwise: '1h', most: '7d' }, reading),
    staleKeys: readDuration(raw.staleKeys, at('staleKeys'), { otherwise: '1h', least: '1m', most: '7d' }, reading),
  }
}
