import type { ConfigPath } from '../../../base/config-error.ts'
import type { ClientConfig } from '../../../identity/provider/oauth-client.ts'
import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawIdentity } from '../raw-config.ts'
import { type Reading, readPath } from './reading.ts'
import { readSecretRef } from './secret-ref.ts'

/** What the proxy is to the issuer is the same for `via oauth2` and for `via oidc`. */
const CLIENT_KEYS: readonly (keyof RawIdentity)[] = ['clientId', 'clientSecret', 'clientKey']

/** Keys of which each says by itself that the issuer is asked about tokens; `tls.cert` is another. */
const OAUTH2_KEYS: readonly (keyof RawIdentity)[] = ['introspection', 'cache', 'prefix']

/** Each says by itself that callers sign in with a browser. */
const OIDC_KEYS: readonly (keyof RawIdentity)[] = ['scopes', 'userinfo', 'staleSession']

export interface ClientMethods {
  readonly oauth2: boolean
  readonly oidc: boolean
}

/** How the proxy speaks to the issuer of an identity. */
export interface Towards {
  readonly client: ClientConfig
  readonly tls: ServiceTlsConfig | null
}

/** Of tokens, whoever verifies them. */
const TOKEN_KEYS: readonly (keyof RawIdentity)[] = ['audience', 'dpop']

/**
 * What the client of an identity is for. Never for both where nothing says so: whatever tokens come would be shown to the issuer,
 * which nobody may have wanted. What is said of tokens without `algorithms` says that the issuer is asked about them, as only it
 * can tell; else a client is there to sign in.
 */
export function clientMethods(raw: RawIdentity): ClientMethods {
  const has = (key: keyof RawIdentity) => Object.hasOwn(raw, key)
  const isClient = CLIENT_KEYS.some(has)
  const signsIn = OIDC_KEYS.some(has)
  const showsCertificate = raw.tls !== undefined && ('cert' in raw.tls || 'key' in raw.tls)
  const asks = OAUTH2_KEYS.some(has) || showsCertificate || (isClient && !signsIn && !has('algorithms') && TOKEN_KEYS.some(has))
  return { oauth2: asks, oidc: signsIn || (isClient && !asks) }
}

/** By the one thing of which there is no doubt that it is meant. A certificate does not do for signing in. */
export function readClient(raw: RawIdentity, path: ConfigPath, { oidc }: ClientMethods, reading: Reading): ClientConfig {
  const { clientSecret, clientKey } = raw
  const has = (key: keyof RawIdentity) => Object.hasOwn(raw, key)
  for (const key of ['issuer', 'clientId'] as const) if (!has(key)) reading.problem(path, `${named(path)} lacks \`${key}\``, true)
  if (has('clientSecret') && has('clientKey'))
    reading.problem([...path, 'clientKey'], `${named(path)} has either \`clientSecret\` or \`clientKey\``, true)
  if (has('clientSecret')) return { kind: 'secret', secret: readSecretRef(clientSecret, reading) }
  if (has('clientKey')) return { kind: 'key', file: readPath(clientKey, reading) }
  const lacks = `${named(path)} lacks what shows that the proxy is the client`
  if (oidc) reading.problem(path, `${lacks}: \`clientSecret\` or \`clientKey\``, true)
  else if (!has('tls') || (raw.tls !== undefined && !('cert' in raw.tls)))
    reading.problem(path, `${lacks}: \`clientSecret\`, \`clientKey\`, or \`tls\` with \`cert\` and \`key\``, true)
  return { kind: 'certificate' }
}
