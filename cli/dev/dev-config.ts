import type { Manifest } from '../../runtime/abi/index.ts'
import { DEFAULT_MFA, type IdentityConfig, type MfaConfig, type OidcConfig } from '../../runtime/identity/index.ts'
import { type Config, defaultService, type ServiceConfig } from '../../runtime/server/config/index.ts'
import { DEV_AUDIENCE, type DevIssuer } from './issuer.ts'

/** The OAuth client id of the proxy at the development issuer, if the configuration has none. */
export const DEV_CLIENT = 'iap-dev'

export interface DevParts {
  readonly assertionKeys: string
  readonly issuer: Pick<DevIssuer, 'issuerOf'>
  /** Path of the file with the proxy's OAuth client secret. */
  readonly clientSecret: string
  /** Origins of the echo servers, which answer with the received request, by the name of the service that each replaces. */
  readonly echoes: ReadonlyMap<string, string>
}

/**
 * Returns the configuration as `--dev` changes it: the development issuer issues all tokens, and echo servers (`parts.echoes`)
 * replace services. No bundle is read from disk.
 */
export function devConfig(config: Config, manifest: Manifest, parts: DevParts): Config {
  const identities = manifest.identities.map(({ name, methods }) => {
    const given = config.identities[name]
    const jwt = {
      issuer: parts.issuer.issuerOf(name),
      audience: given?.jwt?.audience ?? [DEV_AUDIENCE],
      algorithms: ['ES256'] as const,
      profile: 'rfc9068' as const,
      trustDomain: null,
      jwks: null,
      tls: null,
      clockSkew: given?.jwt?.clockSkew ?? 30_000,
      staleKeys: given?.jwt?.staleKeys ?? 3_600_000,
      dpop: { required: false, nonce: false },
      mfa: mfaOf(given),
    }
    const oidc: OidcConfig = {
      issuer: jwt.issuer,
      clientId: given?.oidc?.clientId ?? DEV_CLIENT,
      client: { kind: 'secret', secret: { file: parts.clientSecret } },
      scopes: given?.oidc?.scopes ?? ['openid'],
      tls: null,
      algorithms: ['ES256'],
      userinfo: given?.oidc?.userinfo ?? false,
      clockSkew: given?.oidc?.clockSkew ?? 30_000,
      staleSession: given?.oidc?.staleSession ?? 3_600_000,
      staleKeys: given?.oidc?.staleKeys ?? 3_600_000,
      mfa: mfaOf(given),
    }
    // The deployment's own keys, modules and authorities also exist in development.
    const { saml = null, api_key = null, custom = null, mtls = null } = given ?? {}
    return [name, { jwt, oauth2: null, oidc: methods.includes('oidc') ? oidc : null, saml, api_key, custom, mtls }] as const
  })
  // The development issuer does not exchange tokens.
  const services = new Map(
    Object.entries(config.services).map(([name, service]): [string, ServiceConfig] => [name, { ...service, exchange: null }]),
  )
  for (const [name, origin] of parts.echoes) {
    const given = services.get(name)
    // The echo has no service paths and no TLS.
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

/** Returns how the proxy detects multi-factor authentication for an identity, as configured for its methods. */
export function mfaOf(given: IdentityConfig | undefined): MfaConfig {
  return (given?.jwt ?? given?.oauth2 ?? given?.oidc)?.mfa ?? DEFAULT_MFA
}

/** Returns a record without a prototype, as in configurations. */
function bare<T>(entries: Iterable<readonly [string, T]>): Readonly<Record<string, T>> {
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as Record<string, T>
}
