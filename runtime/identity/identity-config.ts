import type { JwtConfig } from './jwt/jwt-config.ts'
import type { MtlsConfig } from './mtls/mtls-config.ts'

/** How one identity of the policy is recognised, by method (as in `via`). Null: the configuration does not say how. */
export interface IdentityConfig {
  readonly jwt: JwtConfig | null
  readonly mtls: MtlsConfig | null
}

export type MethodName = keyof IdentityConfig
