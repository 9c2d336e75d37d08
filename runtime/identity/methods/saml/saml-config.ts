import type { MfaConfig } from '../../token/read-authentication.ts'

/** Callers who sign in with a browser at a SAML 2.0 identity provider. */
export interface SamlConfig {
  readonly metadata: string
  readonly entityId: string
  /** From claims to attribute names. A list stays a list for any number of values. */
  readonly attributes: readonly AttributeClaim[]
  /** Whether the response must be signed in addition to its assertion. */
  readonly responseSigned: boolean
  /** Key pair for signing requests; `null`: requests are unsigned. */
  readonly signing: { readonly cert: string; readonly key: string } | null
  /** Milliseconds. */
  readonly clockSkew: number
  readonly mfa: MfaConfig
  /** Whether the provider's URLs may be `http:` on any host. */
  readonly insecureHttp: boolean
  readonly path: readonly (string | number)[]
}

export interface AttributeClaim {
  readonly claim: string
  readonly attribute: string
  readonly list: boolean
}
