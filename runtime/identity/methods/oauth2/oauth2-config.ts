import type { ServiceTlsConfig } from '../../../tls/tls-config.ts'
import type { DpopConfig } from '../../dpop/dpop-config.ts'
import type { ClientConfig } from '../../provider/oauth-client.ts'
import type { MfaConfig } from '../../token/read-authentication.ts'

/** Configuration of the opaque access tokens that one identity accepts by introspection (RFC 7662). */
export interface OAuth2Config {
  readonly issuer: string
  /** Accepted values of `aud`. If empty, `aud` is not checked. */
  readonly audience: readonly string[]
  /** URL of the introspection endpoint, or `null` to take it from the metadata (OpenID Connect Discovery 1.0, RFC 8414). */
  readonly introspection: string | null
  readonly clientId: string
  readonly client: ClientConfig
  readonly tls: ServiceTlsConfig | null
  /** Prefix that only tokens of this issuer have, or `null` if tokens have no common prefix. */
  readonly prefix: string | null
  /** Maximum time in milliseconds for which a response is cached. */
  readonly cache: number
  /** Milliseconds by which the issuer's clock may differ. */
  readonly clockSkew: number
  readonly dpop: DpopConfig
  readonly mfa: MfaConfig
}

/**
 * Returns a text that is equal for identities that can share one introspection of a token. Identities with different texts must
 * have different token prefixes, so that a token is never sent to the wrong issuer.
 */
export function sourceOf({ issuer, introspection, clientId, client, tls, prefix }: OAuth2Config): string {
  return JSON.stringify([issuer, introspection, clientId, client, tls?.ca?.file, tls?.pair?.cert, tls?.pair?.key, prefix])
}
