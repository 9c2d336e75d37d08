import type { ApiKeyConfig } from './api-key/api-key-config.ts'
import type { CustomConfig } from './custom/custom-config.ts'
import type { JwtConfig } from './jwt/jwt-config.ts'
import type { MtlsConfig } from './mtls/mtls-config.ts'
import type { OAuth2Config } from './oauth2/oauth2-config.ts'
import type { OidcConfig } from './oidc/oidc-config.ts'
import type { SamlConfig } from './saml/saml-config.ts'

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
