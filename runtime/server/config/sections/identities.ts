import { isLoopback } from '../../../base/address.ts'
import type { ConfigPath } from '../../../base/config-error.ts'
import type { IdentityConfig } from '../../../identity/identity-config.ts'
import type { JwtConfig } from '../../../identity/methods/jwt/jwt-config.ts'
import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig, RawIdentity } from '../raw-config.ts'
import { readApiKey } from './identity-api-key.ts'
import { type ClientMethods, clientMethods, readClient } from './identity-client.ts'
import { readCustom } from './identity-custom.ts'
import { readDpop } from './identity-dpop.ts'
import { readMfa } from './identity-mfa.ts'
import { checkCertificates, readMtls } from './identity-mtls.ts'
import { checkWhomToAsk, readOAuth2 } from './identity-oauth2.ts'
import { readOidc } from './identity-oidc.ts'
import { readSaml, SAML_KEYS } from './identity-saml.ts'
import { checkTwice, items, type Reading, readDuration } from './reading.ts'
import { record } from './record.ts'
import { readServiceTls } from './service-tls.ts'

export function readIdentities(raw: RawConfig, reading: Reading): Readonly<Record<string, IdentityConfig>> {
  const read = Object.entries(raw.identities ?? {}).map(
    ([name, identity]) => [name, readIdentity(identity ?? {}, ['identities', name], reading)] as const,
  )
  checkApart(read, reading)
  checkClientsApart(read, reading)
  const asking = read.flatMap(([name, { oauth2 }]) => (oauth2 === null ? [] : [[name, oauth2] as const]))
  checkWhomToAsk(asking, reading)
  checkCertificates(read, raw, reading)
  return record(read)
}

function readIdentity(raw: RawIdentity, path: ConfigPath, reading: Reading): IdentityConfig {
  const has = (key: keyof RawIdentity) => Object.hasOwn(raw, key)
  checkIssuerUrl(raw.issuer, [...path, 'issuer'], reading)
  checkIssuerUrl(raw.introspection, [...path, 'introspection'], reading)
  const methods = clientMethods(raw)
  const tls = raw.tls === undefined ? null : readServiceTls(raw.tls, [...path, 'tls'], [], reading)
  const client = methods.oauth2 || methods.oidc ? readClient(raw, path, methods, reading) : null
  return {
    jwt: isJwt(has, methods) ? readJwt(raw, tls, path, reading) : null,
    oauth2: client !== null && methods.oauth2 ? readOAuth2(raw, { client, tls }, path, reading) : null,
    oidc: client !== null && methods.oidc ? readOidc(raw, { client, tls }, path, reading) : null,
    saml: readSaml(raw, path, methods, reading),
    api_key: readApiKey(raw, path, reading),
    custom: readCustom(raw, path, reading),
    mtls: readMtls(raw, path, reading),
  }
}

/** Keys that imply JWTs, and other methods that read them, for which they imply nothing. Keys without a reader are mistakes. */
const JWT_KEYS: readonly (readonly [key: keyof RawIdentity, others: readonly (keyof ClientMethods)[]])[] = [
  ['profile', []],
  ['jwks', []],
  ['audience', ['oauth2']],
  ['dpop', ['oauth2']],
  ['algorithms', ['oidc']],
  ['staleKeys', ['oidc']],
  ['issuer', ['oauth2', 'oidc']],
  ['clockSkew', ['oauth2', 'oidc']],
  ['mfa', ['oauth2', 'oidc']],
  ['tls', ['oauth2', 'oidc']],
]

function isJwt(has: (key: keyof RawIdentity) => boolean, methods: ClientMethods): boolean {
  const isUnread = JWT_KEYS.some(
    ([key, others]) => has(key) && !others.some((method) => methods[method]) && !(key === 'clockSkew' && SAML_KEYS.some(has)),
  )
  // Both together imply JWTs, even if each has another reader.
  if (isUnread || (has('audience') && has('algorithms'))) return true
  return !methods.oauth2 && !methods.oidc && !OTHERS.some(has)
}

/** Keys that each imply a method other than `jwt`. */
const OTHERS: readonly (keyof RawIdentity)[] = ['keys', 'plugin', 'trustDomain', 'ca', ...SAML_KEYS]

function readJwt(raw: RawIdentity, tls: ServiceTlsConfig | null, path: ConfigPath, reading: Reading): JwtConfig {
  const at = (key: string): ConfigPath => [...path, key]
  checkThere(raw, ['issuer', 'audience', 'algorithms'], path, reading)
  checkIssuerUrl(raw.jwks, at('jwks'), reading)
  const audience =
    typeof raw.audience === 'string' ? [[raw.audience, at('audience')] as const] : items(raw.audience, at('audience'))
  const algorithms = items(raw.algorithms, at('algorithms'))
  checkTwice(audience, reading)
  checkTwice(algorithms, reading)
  return {
    issuer: raw.issuer ?? '',
    audience: audience.map(([text]) => text),
    algorithms: algorithms.map(([name]) => name),
    profile: raw.profile ?? 'rfc9068',
    trustDomain: raw.profile === 'workload' ? (raw.trustDomain ?? null) : null,
    jwks: raw.jwks ?? null,
    tls,
    clockSkew: readDuration(raw.clockSkew, at('clockSkew'), { otherwise: '30s', most: '5m' }, reading),
    staleKeys: readDuration(raw.staleKeys, at('staleKeys'), { otherwise: '1h', least: '1m', most: '7d' }, reading),
    dpop: readDpop(raw),
    mfa: readMfa(raw, path, reading),
  }
}

/** Reports missing required keys. A key with an invalid value is not missing. */
function checkThere(raw: RawIdentity, keys: readonly (keyof RawIdentity)[], path: ConfigPath, reading: Reading): void {
  for (const key of keys) if (!Object.hasOwn(raw, key)) reading.problem(path, `${named(path)} lacks \`${key}\`: add it`, true)
}

export function checkIssuerUrl(text: string | undefined, path: ConfigPath, reading: Reading): void {
  const problem = text === undefined ? null : issuerUrlProblem(text, path.at(-1) === 'issuer', reading)
  if (problem !== null) reading.problem(path, `${named(path)} ${problem}`)
}

/** RFC 8414, section 2: https, no query or fragment. Keys sent in clear text could be forged. */
function issuerUrlProblem(text: string, isIssuer: boolean, { insecureHttpIssuer }: Reading): string | null {
  if (!URL.canParse(text)) return 'is not a URL'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'must not contain a user or a password'
  if (text.includes('#')) return 'must not contain a fragment'
  if (isIssuer && text.includes('?')) return 'must not contain a query'
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !insecureHttpIssuer)
    return 'must be `https:`: over `http:` an attacker can replace the keys (--insecure-http-issuer allows it)'
  return null
}

/** A sign-in must determine its identity: with one client of one issuer, the person signing in would choose. */
function checkClientsApart(identities: readonly (readonly [string, IdentityConfig])[], reading: Reading): void {
  const known = new Map<string, string>()
  for (const [name, { oidc }] of identities) {
    if (oidc === null || oidc.issuer === '' || oidc.clientId === '') continue
    const client = JSON.stringify([oidc.issuer, oidc.clientId])
    const other = known.get(client)
    if (other === undefined) known.set(client, name)
    else reading.problem(['identities', name, 'clientId'], sameClient(name, other, oidc.clientId))
  }
}

export function sameClient(name: string, other: string, client: string): string {
  return (
    `\`${name}\` is the client \`${client}\` of the same provider as \`${other}\`: users could choose either identity. ` +
    'Register another client, or use one identity with roles'
  )
}

/** A token must determine its identity. */
function checkApart(identities: readonly (readonly [string, IdentityConfig])[], reading: Reading): void {
  const tokens = identities.flatMap(([name, { jwt }]) => (jwt === null || jwt.issuer === '' ? [] : [[name, jwt] as const]))
  for (const [index, [name, { issuer, audience }]] of tokens.entries()) {
    for (const [other, before] of tokens.slice(0, index)) {
      const common = before.audience.find((text) => audience.includes(text))
      if (issuer !== before.issuer || common === undefined) continue
      const message = `\`${name}\` has issuer and audience \`${common}\` in common with \`${other}\`: tokens would match both`
      reading.problem(['identities', name, 'audience'], message)
      break
    }
  }
}
