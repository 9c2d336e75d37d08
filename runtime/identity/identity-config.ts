import type { JwtConfig } from './jwt/jwt-config.ts'
import type { OAuth2Config } from './oauth2/oauth2-config.ts'

/** How one identity of the policy is recognised, by method (as in `via`). Null: the configuration does not say how. */
export interface IdentityConfig {
  readonly jwt: JwtConfig | null
  readonly oauth2: OAuth2Config | null
}

export type MethodName = keyof IdentityConfig
