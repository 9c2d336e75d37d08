import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import type { DpopConfig } from '../../dpop/dpop-config.ts'
import type { ClientConfig } from '../../provider/oauth-client.ts'
import type { MfaConfig } from '../../token/read-authentication.ts'

/** How opaque tokens of one identity are introspected (RFC 7662). */
export interface OAuth2Config {
  readonly issuer: string
  /** Accepted values of `aud`; empty: not checked. */
  readonly audience: readonly string[]
  /** Introspection endpoint; `null`: taken from the metadata (OpenID Connect Discovery 1.0, RFC 8414). */
  readonly introspection: string | null
  readonly clientId: string
  readonly client: ClientConfig
  readonly tls: ServiceTlsConfig | null
  /** Prefix that only its tokens have; `null`: any. */
  readonly prefix: string | null
  /** Maximum milliseconds for which a response is cached. */
  readonly cache: number
  /** Milliseconds by which the issuer's clock may differ. */
  readonly clockSkew: number
  readonly dpop: DpopConfig
  readonly mfa: MfaConfig
}

/** Returns equal texts for identities that one introspection serves. All others need distinct token prefixes. */
export function sourceOf({ issuer, introspection, clientId, client, tls, prefix }: OAuth2Config): string {
  return JSON.stringify([issuer, introspection, clientId, client, tls?.ca?.file, tls?.pair?.cert, tls?.pair?.key, prefix])
}
