import type { ApiKeyConfig } from './methods/api-key/api-key-config.ts'
import type { CustomConfig } from './methods/custom/custom-config.ts'
import type { JwtConfig } from './methods/jwt/jwt-config.ts'
import type { MtlsConfig } from './methods/mtls/mtls-config.ts'
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
