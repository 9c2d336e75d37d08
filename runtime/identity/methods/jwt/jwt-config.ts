import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import type { DpopConfig } from '../../dpop/dpop-config.ts'
import type { JwsAlgorithm } from '../../jose/algorithms.ts'
import type { MfaConfig } from '../../token/read-authentication.ts'

/** How access tokens of one identity are recognized. What is here decides what is accepted; nothing in a token does. */
export interface JwtConfig {
  /** Compared with `iss` byte for byte. */
  readonly issuer: string
  /** `aud` must hold one of them. */
  readonly audience: readonly string[]
  /** The only values of `alg` that count. */
  readonly algorithms: readonly JwsAlgorithm[]
  /**
   * `rfc9068`: access tokens that say so (`typ: at+jwt`). `jwt`: access tokens of providers that send `typ: JWT` or none.
   * `workload`: tokens that a platform issues to its workloads. `profiles.ts` has what each of them requires.
   */
  readonly profile: JwtProfile
  /** Of JWT-SVIDs (SPIFFE), with the profile `workload`; null: the identity accepts none. */
  readonly trustDomain: string | null
  /** Where the keys are; null: the issuer's metadata says it (OpenID Connect Discovery 1.0, RFC 8414). */
  readonly jwks: string | null
  /** Who may vouch for the servers that publish the keys; null: whom Node trusts. */
  readonly tls: ServiceTlsConfig | null
  /** By how much the issuer's clock may differ, in milliseconds. */
  readonly clockSkew: number
  /** How long keys serve after the issuer last confirmed them, in milliseconds. */
  readonly staleKeys: number
  readonly dpop: DpopConfig
  readonly mfa: MfaConfig
}

export type JwtProfile = 'rfc9068' | 'jwt' | 'workload'
