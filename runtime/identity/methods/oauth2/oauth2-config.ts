import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import type { DpopConfig } from '../../dpop/dpop-config.ts'
import type { ClientConfig } from '../../provider/oauth-client.ts'
import type { MfaConfig } from '../../token/read-authentication.ts'

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

/** The same for identities that one question tells of; of any two others, tokens must begin otherwise. */
export function sourceOf({ issuer, introspection, clientId, client, tls, prefix }: OAuth2Config): string {
  return JSON.stringify([issuer, introspection, clientId, client, tls?.ca?.file, tls?.pair?.cert, tls?.pair?.key, prefix])
}
