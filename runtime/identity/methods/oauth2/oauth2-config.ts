import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import type { DpopConfig } from '../../dpop/dpop-config.ts'
import type { ClientConfig } from '../../provider/client-config.ts'
import type { MfaConfig } from '../../token/mfa-config.ts'

/** How tokens of one identity are recognized whose issuer is asked about each (RFC 7662). */
export interface OAuth2Config {
  readonly issuer: string
  /** `aud` must hold one of them; empty: it is not looked at. */
  readonly audience: readonly string[]
  /** Where the issuer is asked; null: its metadata says it (OpenID Connect Discovery 1.0, RFC 8414). */
  readonly introspection: string | null
  readonly clientId: string
  readonly client: ClientConfig
  /** Of connections to the issuer; null: what Node trusts, and no certificate of the proxy's own. */
  readonly tls: ServiceTlsConfig | null
  /** With what its tokens begin, and no other's; null: with anything. */
  readonly prefix: string | null
  /** Milliseconds for which an answer counts, at most. */
  readonly cache: number
  /** By how much the issuer's clock may differ, in milliseconds. */
  readonly clockSkew: number
  readonly dpop: DpopConfig
  readonly mfa: MfaConfig
}
