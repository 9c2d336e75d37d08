import type { SecretRef } from '../base/secret.ts'
import type { JwtConfig } from './methods/jwt/jwt-config.ts'
import type { OAuth2Config } from './methods/oauth2/oauth2-config.ts'
import type { OidcConfig } from './methods/oidc/oidc-config.ts'
import type { SamlConfig } from './methods/saml/saml-config.ts'

/**
 * Configuration of one identity of the policy: an entry for each authentication method that may occur in its `via`. `null` marks
 * a method that is not configured.
 */
export interface IdentityConfig {
  readonly jwt: JwtConfig | null
  readonly oauth2: OAuth2Config | null
  readonly oidc: OidcConfig | null
  readonly saml: SamlConfig | null
  readonly api_key: ApiKeyConfig | null
  readonly custom: CustomConfig | null
  readonly mtls: MtlsConfig | null
}

export type MethodName = keyof IdentityConfig

/** Configuration of the API keys of an identity. */
export interface ApiKeyConfig {
  /** Path of a file written by `iap key`. Changes of the file take effect without a restart. */
  readonly file: string
  /** Secret that makes the MACs in the file. Write access to the file alone thus does not suffice to add a valid key. */
  readonly hmacKey: SecretRef
  readonly path: readonly (string | number)[]
}

/** Configuration of the plug-in that authenticates callers of an identity. */
export interface CustomConfig {
  readonly plugin: string
  /** Names of the only headers that the plug-in sees, in lower case and sorted. The proxy does not forward them. */
  readonly headers: readonly string[]
  /** Milliseconds for the plug-in to load, and for each of its responses. */
  readonly timeout: number
  readonly path: readonly (string | number)[]
}

/** Configuration of the client certificates that one identity accepts: by trust domain, by authority, or both. */
export interface MtlsConfig {
  /** Trust domain of accepted X.509-SVIDs (SPIFFE), or `null` for other certificates. */
  readonly trustDomain: string | null
  /**
   * Accepted authorities, a subset of the listener's. `null` accepts all of the listener's authorities and requires a trust
   * domain.
   */
  readonly ca: { readonly file: string; readonly path: readonly (string | number)[] } | null
}
