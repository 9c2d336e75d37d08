import type { SecretRef } from '../../base/secret.ts'

/** The authorization server that the proxy authenticates to. */
export interface ClientAuthMetadata {
  readonly issuer: string
  /** Methods that the server supports; `null` if unspecified. */
  readonly methods: readonly string[] | null
}

/** The proxy as a client of an authorization server. */
export interface OAuthClient {
  /** Uses the client's certificate if it has one. */
  readonly fetch: typeof globalThis.fetch
  /** Whether connections use that certificate (RFC 8705, section 5: the server may have other URLs for them). */
  readonly mutualTls: boolean
  /** Adds client credentials to the form. Returns additional request headers. */
  authenticate(form: URLSearchParams, asked: ClientAuthMetadata): Promise<Readonly<Record<string, string>>>
  /** Reports that the server rejected the client: its credentials may have been replaced. */
  distrusted(): void
}

/** How the proxy authenticates as a client. */
export type ClientConfig =
  /** RFC 6749, section 2.3.1. */
  | { readonly kind: 'secret'; readonly secret: SecretRef }
  /** `private_key_jwt` of RFC 7523; a file name. */
  | { readonly kind: 'key'; readonly file: string }
  /** `tls_client_auth` and `self_signed_tls_client_auth`: RFC 8705, section 2. */
  | { readonly kind: 'certificate' }
