import type { ConfigPath } from '../../../base/config-error.ts'
import { RESERVED } from '../../../identity/methods/saml/saml-claims.ts'
import type { SamlConfig } from '../../../identity/methods/saml/saml-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawIdentity } from '../raw-config.ts'
import type { ClientMethods } from './identity-client.ts'
import { readMfa } from './identity-mfa.ts'
import { type Reading, readDuration, readPath, readStartFile } from './reading.ts'

/** The keys of an identity that imply sign-in by SAML. */
export const SAML_KEYS: readonly (keyof RawIdentity)[] = ['metadata', 'entityId', 'attributes', 'responseSigned', 'signing']

/** Reads the SAML settings of an identity; returns `null` if it has none. */
export function readSaml(raw: RawIdentity, path: ConfigPath, { oidc }: ClientMethods, reading: Reading): SamlConfig | null {
  const has = (key: keyof RawIdentity) => Object.hasOwn(raw, key)
  if (!SAML_KEYS.some(has)) return null
  for (const key of ['metadata', 'entityId'] as const)
    if (!has(key)) reading.problem(path, `${named(path)} lacks \`${key}\`: add it`, true)
  if (oidc)
    reading.problem(path, `${named(path)} must not have two methods to sign in with a browser: keep OpenID Connect or SAML`, true)
  for (const claim of Object.keys(raw.attributes ?? {}))
    if (RESERVED.has(claim))
      reading.problem(
        [...path, 'attributes', claim],
        `\`${claim}\` is set by the sign-in itself, not by an attribute: remove it`,
        true,
      )
  const { signing } = raw
  return {
    metadata: readPath(raw.metadata, reading),
    entityId: raw.entityId ?? '',
    attributes: Object.entries(raw.attributes ?? {}).flatMap(([claim, names]) => {
      const list = typeof names !== 'string'
      const [attribute] = list ? (names ?? []) : [names]
      return attribute === undefined ? [] : [{ claim, attribute, list }]
    }),
    responseSigned: raw.responseSigned ?? false,
    signing:
      signing === undefined ? null : { cert: readStartFile(signing.cert, reading), key: readStartFile(signing.key, reading) },
    clockSkew: readDuration(raw.clockSkew, [...path, 'clockSkew'], { otherwise: '30s', most: '5m' }, reading),
    mfa: readMfa(raw, path, reading),
    insecureHttp: reading.insecureHttpIssuer,
    path,
  }
}
