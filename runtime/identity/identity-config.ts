import type { SecretRef } from '../base/secret.ts'
import type { JwtConfig } from './methods/jwt/jwt-config.ts'
import type { OAuth2Config } from './methods/oauth2/oauth2-config.ts'
import type { OidcConfig } from './methods/oidc/oidc-config.ts'
import type { SamlConfig } from './methods/saml/saml-config.ts'

/** How callers of one identity are authenticated, by method (as in `via`). `null`: not configured. */
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

/** The API keys of an identity. */
export interface ApiKeyConfig {
  /** A file of `iap key`; watched. */
  readonly file: string
  /** Secret for the MACs of keys: write access to the file does not suffice to make a key. */
  readonly hmacKey: SecretRef
  readonly path: readonly (string | number)[]
}

/** The plug-in that authenticates callers of an identity. */
export interface CustomConfig {
  readonly plugin: string
  /** Lower-case, sorted. The only headers that the plug-in sees; they are not forwarded. */
  readonly headers: readonly string[]
  /** Milliseconds to load it, and for each response. */
  readonly timeout: number
  readonly path: readonly (string | number)[]
}

/** How client certificates of one identity are accepted: by trust domain, by authority, or both. */
export interface MtlsConfig {
  /** Trust domain of X.509-SVIDs (SPIFFE). `null`: other certificates. */
  readonly trustDomain: string | null
  /** The accepted authorities, a subset of the listener's. `null`: all of the listener's; never `null` without a trust domain. */
  readonly ca: { readonly file: string; readonly path: readonly (string | number)[] } | null
}
