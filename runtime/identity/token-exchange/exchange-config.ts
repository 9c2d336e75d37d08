import type { ClientConfig } from '../provider/client-config.ts'

/** How callers' tokens become tokens for a service (RFC 8693). */
export interface ExchangeConfig {
  /** Whose tokens these are, both of them: a token is shown to nobody else. */
  readonly issuer: string
  readonly clientId: string
  /** Never by a certificate. */
  readonly client: ClientConfig
  /** Names of what the token is to be for, and where that is (section 2.1); not both empty. */
  readonly audience: readonly string[]
  readonly resource: readonly string[]
  /** Empty: it is the issuer's to say. */
  readonly scopes: readonly string[]
  /** What becomes of callers who have no token of the issuer: they are refused, or passed on without one. */
  readonly withoutToken: 'refuse' | 'pass'
}
