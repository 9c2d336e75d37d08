import type { SecretRef } from '../../base/secret.ts'

/** Whom it is to be shown to that the proxy is the client. */
export interface ClientAuthMetadata {
  readonly issuer: string
  /** Ways that the server says it takes; null: it does not say. */
  readonly methods: readonly string[] | null
}

/** A client of an authorization server. */
export interface OAuthClient {
  /** With the certificate of the client, where it has one. */
  readonly fetch: typeof globalThis.fetch
  /** Its connections are TLS with that certificate (RFC 8705, section 5: the server may have other URLs for them). */
  readonly mutualTls: boolean
  /** Adds to the form what shows that the proxy is the client. Answers header lines that do. */
  authenticate(form: URLSearchParams, asked: ClientAuthMetadata): Promise<Readonly<Record<string, string>>>
  /** It was not believed: what it is shown by may have been replaced. */
  distrusted(): void
}

/** By what the proxy shows that it is a client. */
export type ClientConfig =
  /** RFC 6749, section 2.3.1. */
  | { readonly kind: 'secret'; readonly secret: SecretRef }
  /** `private_key_jwt`: RFC 7523; a file. */
  | { readonly kind: 'key'; readonly file: string }
  /** `tls_client_auth` and `self_signed_tls_client_auth`: RFC 8705, section 2. */
  | { readonly kind: 'certificate' }
