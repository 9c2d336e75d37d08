import type { MfaConfig } from '../../token/read-authentication.ts'

/** Callers who sign in with a browser at an identity provider that speaks SAML 2.0. */
export interface SamlConfig {
  /** A file: the metadata of the provider. It is watched. */
  readonly metadata: string
  /** Of the proxy, as the provider knows it. */
  readonly entityId: string
  /** From claims to the names of attributes. A list is a list, however many values come. */
  readonly attributes: readonly AttributeClaim[]
  /** Whether the response must be signed besides the assertion in it. */
  readonly responseSigned: boolean
  /** What the proxy signs its requests with; null: it signs none. */
  readonly signing: { readonly cert: string; readonly key: string } | null
  /** Milliseconds. */
  readonly clockSkew: number
  readonly mfa: MfaConfig
  /** Whether the addresses of the provider may be `http:` wherever they are. */
  readonly insecureHttp: boolean
  /** Of the identity, in the configuration. */
  readonly path: readonly (string | number)[]
}

export interface AttributeClaim {
  readonly claim: string
  readonly attribute: string
  readonly list: boolean
}
