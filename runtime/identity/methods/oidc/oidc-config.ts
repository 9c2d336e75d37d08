import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import type { JwsAlgorithm } from '../../jose/algorithms.ts'
import type { ClientConfig } from '../../provider/oauth-client.ts'
import type { MfaConfig } from '../../token/read-authentication.ts'

/** Callers who sign in with a browser at an OpenID provider. */
export interface OidcConfig {
  readonly issuer: string
  readonly clientId: string
  /** Never by a certificate. */
  readonly client: ClientConfig
  /** Who may vouch for the provider; null: whom Node trusts. */
  readonly tls: ServiceTlsConfig | null
  /** `openid` first. */
  readonly scopes: readonly string[]
  /** Of ID tokens; null: all that are asymmetric. */
  readonly algorithms: readonly JwsAlgorithm[] | null
  /** Whether claims are asked for at the provider's UserInfo endpoint, too. */
  readonly userinfo: boolean
  /** Milliseconds. */
  readonly clockSkew: number
  /** Milliseconds for which a session goes on that could not be refreshed because the provider does not answer. */
  readonly staleSession: number
  /** For which its keys serve after it last confirmed them. */
  readonly staleKeys: number
  readonly mfa: MfaConfig
}
