import type { SecretRef } from '../base/secret.ts'
import type { JwtConfig } from './methods/jwt/jwt-config.ts'
import type { OAuth2Config } from './methods/oauth2/oauth2-config.ts'
import type { OidcConfig } from './methods/oidc/oidc-config.ts'
import type { SamlConfig } from './methods/saml/saml-config.ts'

/** How one identity of the policy is recognized, by method (as in `via`). Null: the configuration does not say how. */
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

/** Where the keys of an identity are. */
export interface ApiKeyConfig {
  /** A file of `iap key`, watched. */
  readonly file: string
  /** What keys are stored under: without it nobody can make one, whoever may write the file. */
  readonly hmacKey: SecretRef
  /** Of the object with both, in the configuration. */
  readonly path: readonly (string | number)[]
}

/** By what module callers of an identity are recognized. */
export interface CustomConfig {
  /** A file. */
  readonly plugin: string
  /** The only headers that it is shown, and asked for: in lower case, sorted. What they hold is not the service's. */
  readonly headers: readonly string[]
  /** Milliseconds in which it answers, and in which it is loaded. */
  readonly timeout: number
  /** Of the identity, in the configuration. */
  readonly path: readonly (string | number)[]
}

/** How client certificates of one identity are recognized: by a trust domain, by who vouches for them, or by both. */
export interface MtlsConfig {
  /** Of X.509-SVIDs (SPIFFE). Null: certificates that are none. */
  readonly trustDomain: string | null
  /**
   * A file: who may vouch for them, of those whom the listener believes. Null: all of these. Never null without a trust domain.
   */
  readonly ca: { readonly file: string; readonly path: readonly (string | number)[] } | null
}
