import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import type { DpopConfig } from '../../dpop/dpop-config.ts'
import type { JwsAlgorithm } from '../../jose/algorithms.ts'
import type { MfaConfig } from '../../token/read-authentication.ts'

/**
 * Configuration of the access tokens that one identity accepts. Only this configuration decides what is accepted, never the
 * token.
 */
export interface JwtConfig {
  /** Expected `iss`, compared byte for byte. */
  readonly issuer: string
  /** Accepted values of `aud`. */
  readonly audience: readonly string[]
  /** Accepted values of `alg`. */
  readonly algorithms: readonly JwsAlgorithm[]
  /**
   * Kind of accepted tokens. `rfc9068`: access tokens with `typ: at+jwt`. `jwt`: other access tokens. `workload`: tokens that
   * platforms such as Kubernetes issue to workloads. See `profiles.ts`.
   */
  readonly profile: JwtProfile
  /** Trust domain of accepted JWT-SVIDs (SPIFFE) for the profile `workload`, or `null` to accept none. */
  readonly trustDomain: string | null
  /** URL of the issuer's key set, or `null` to take it from the issuer's metadata (OpenID Connect Discovery 1.0, RFC 8414). */
  readonly jwks: string | null
  /** Certificate authorities for the servers of keys and metadata, or `null` for Node's default. */
  readonly tls: ServiceTlsConfig | null
  /** Milliseconds by which the issuer's clock may differ. */
  readonly clockSkew: number
  /** Milliseconds for which keys stay valid after the issuer last confirmed them. */
  readonly staleKeys: number
  readonly dpop: DpopConfig
  readonly mfa: MfaConfig
}

export type JwtProfile = 'rfc9068' | 'jwt' | 'workload'
