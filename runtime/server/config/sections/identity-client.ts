import type { ConfigPath } from '../../../base/config-error.ts'
import type { ClientConfig } from '../../../identity/provider/oauth-client.ts'
import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawIdentity } from '../raw-config.ts'
import { type Reading, readStartFile } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'

/** Client settings shared by `via oauth2` and `via oidc`. */
const CLIENT_KEYS: readonly (keyof RawIdentity)[] = ['clientId', 'clientSecret', 'clientKey']

/** Keys that imply introspection, besides `tls.cert`. */
const OAUTH2_KEYS: readonly (keyof RawIdentity)[] = ['introspection', 'cache', 'prefix']

/** Keys that imply browser sign-in. */
const OIDC_KEYS: readonly (keyof RawIdentity)[] = ['scopes', 'userinfo', 'staleSession']

export interface ClientMethods {
  readonly oauth2: boolean
  readonly oidc: boolean
}

export interface Towards {
  readonly client: ClientConfig
  readonly tls: ServiceTlsConfig | null
}

/** For tokens, whoever verifies them. */
const TOKEN_KEYS: readonly (keyof RawIdentity)[] = ['audience', 'dpop']

/**
 * Returns the purposes of an identity's OAuth client: token introspection, browser sign-in, or both. Both purposes need
 * explicit settings, because introspection discloses all tokens to the issuer. Settings for tokens without `algorithms` imply
 * introspection; otherwise a client is for sign-in.
 */
export function clientMethods(raw: RawIdentity): ClientMethods {
  const has = (key: keyof RawIdentity) => Object.hasOwn(raw, key)
  const isClient = CLIENT_KEYS.some(has)
  const signsIn = OIDC_KEYS.some(has)
  const showsCertificate = raw.tls !== undefined && ('cert' in raw.tls || 'key' in raw.tls)
  const asks = OAUTH2_KEYS.some(has) || showsCertificate || (isClient && !signsIn && !has('algorithms') && TOKEN_KEYS.some(has))
  return { oauth2: asks, oidc: signsIn || (isClient && !asks) }
}

/**
 * Reads the credential of an identity's OAuth client. Ambiguous settings are reported. A certificate cannot be used for
 * sign-in.
 */
export function readClient(raw: RawIdentity, path: ConfigPath, { oidc }: ClientMethods, reading: Reading): ClientConfig {
  const { clientSecret, clientKey } = raw
  const has = (key: keyof RawIdentity) => Object.hasOwn(raw, key)
  for (const key of ['issuer', 'clientId'] as const)
    if (!has(key)) reading.problem(path, `${named(path)} lacks \`${key}\`: add it`, true)
  if (has('clientSecret') && has('clientKey'))
    reading.problem([...path, 'clientKey'], `${named(path)} must have either \`clientSecret\` or \`clientKey\`, not both`, true)
  if (has('clientSecret')) return { kind: 'secret', secret: readSecretRef(clientSecret, reading) }
  if (has('clientKey')) return { kind: 'key', file: readStartFile(clientKey, reading) }
  const lacks = `${named(path)} needs client authentication`
  if (oidc) reading.problem(path, `${lacks}: set either \`clientSecret\` or \`clientKey\``, true)
  else if (!has('tls') || (raw.tls !== undefined && !('cert' in raw.tls)))
    reading.problem(path, `${lacks}: set one of \`clientSecret\`, \`clientKey\`, and \`tls\` with \`cert\` and \`key\``, true)
  return { kind: 'certificate' }
}
