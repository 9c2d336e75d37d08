import type { MfaConfig } from '../../token/read-authentication.ts'

/** Configuration of an identity whose callers sign in with a browser at a SAML 2.0 identity provider. */
export interface SamlConfig {
  readonly metadata: string
  readonly entityId: string
  /**
   * SAML attributes that become claims, with the name of the claim. If the claim's type is a list, the value is a list even for a
   * single value.
   */
  readonly attributes: readonly AttributeClaim[]
  /** Whether the response must be signed in addition to its assertion. */
  readonly responseSigned: boolean
  /** Key pair that signs requests, or `null` to send unsigned requests. */
  readonly signing: { readonly cert: string; readonly key: string } | null
  /** Milliseconds by which the provider's clock may differ. */
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
