import type { Manifest } from '../../runtime/abi/index.ts'
import { type Config, defaultService } from '../../runtime/config/index.ts'
import { DEV_AUDIENCE, type DevIssuer } from './issuer.ts'

export interface DevParts {
  readonly assertionKeys: string
  readonly issuer: Pick<DevIssuer, 'issuerOf'>
  /** Services that are answered for: their origins. */
  readonly echoes: ReadonlyMap<string, string>
}

/**
 * The deployment's configuration with what `--dev` puts in place of what a deployment has: an issuer for every identity of the
 * policy, an echo for the services that want one, no bundle on disk. What is left is the deployment's.
 */
export function devConfig(config: Config, manifest: Manifest, parts: DevParts): Config {
  const identities = manifest.identities.map(({ name }) => {
    const given = config.identities[name]
    const jwt = {
      issuer: parts.issuer.issuerOf(name),
      audience: given?.jwt?.audience ?? [DEV_AUDIENCE],
      algorithms: ['ES256'] as const,
      profile: 'rfc9068' as const,
      jwks: null,
      clockSkew: given?.jwt?.clockSkew ?? 30_000,
      staleKeys: given?.jwt?.staleKeys ?? 3_600_000,
      dpop: { required: false, nonce: false },
    }
    // Its own keys, modules and authorities are there in development, too, and where people sign in.
    const { oidc = null, saml = null, api_key = null, custom = null, mtls = null } = given ?? {}
    return [name, { jwt, oauth2: null, oidc, saml, api_key, custom, mtls }] as const
  })
  const services = new Map(Object.entries(config.services))
  for (const [name, origin] of parts.echoes) {
    const given = services.get(name)
    // The echo has none of the paths of the service, and speaks no TLS.
    services.set(name, { ...(given ?? defaultService), upstreams: [origin], health: null, tls: null })
  }
  return {
    ...config,
    bundle: null,
    identities: bare(identities),
    services: bare(services),
    assertion: { ...config.assertion, state: parts.assertionKeys },
  }
}

/** A record without a prototype, as the configuration has them. */
function bare<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as Record<string, T>
}
