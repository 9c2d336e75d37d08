import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import type { JwsAlgorithm } from '../../jose/algorithms.ts'
import type { ClientConfig } from '../../provider/oauth-client.ts'
import type { MfaConfig } from '../../token/read-authentication.ts'

/** Configuration of an identity whose callers sign in with a browser at an OpenID provider. */
export interface OidcConfig {
  readonly issuer: string
  readonly clientId: string
  /** Credentials by which the proxy authenticates at the provider; never a client certificate. */
  readonly client: ClientConfig
  readonly tls: ServiceTlsConfig | null
  /** Requested scopes, `openid` first. */
  readonly scopes: readonly string[]
  /** Accepted signature algorithms of ID tokens, or `null` for all asymmetric algorithms. */
  readonly algorithms: readonly JwsAlgorithm[] | null
  /** Whether claims are also fetched from the UserInfo endpoint. */
  readonly userinfo: boolean
  /** Milliseconds by which the provider's clock may differ. */
  readonly clockSkew: number
  /** Milliseconds for which a session continues if it must be refreshed but the provider does not respond. */
  readonly staleSession: number
  /** Milliseconds for which the provider's keys stay valid after its last response with them. */
  readonly staleKeys: number
  readonly mfa: MfaConfig
}
