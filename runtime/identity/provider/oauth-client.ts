import type { SecretRef } from '../../base/secret.ts'

/** Metadata of the authorization server that decide how the proxy authenticates to it. */
export interface ClientAuthMetadata {
  readonly issuer: string
  /** Authentication methods that the server supports, or `null` if its metadata list none. */
  readonly methods: readonly string[] | null
}

/** The proxy as a client of an authorization server. */
export interface OAuthClient {
  /** Sends a request, with the client's certificate if it has one. */
  readonly fetch: typeof globalThis.fetch
  /**
   * Whether connections use the client's certificate. The server may have other URLs for such connections (RFC 8705, section
   * 5).
   */
  readonly mutualTls: boolean
  /** Adds client credentials to the form. Returns the additional request headers. */
  authenticate(form: URLSearchParams, asked: ClientAuthMetadata): Promise<Readonly<Record<string, string>>>
  /** Reports that the server rejected the client's credentials. They are read again, as they may have been replaced. */
  distrusted(): void
}

/** Configuration of the credentials by which the proxy authenticates as an OAuth client. */
export type ClientConfig =
  /** RFC 6749, section 2.3.1. */
  | { readonly kind: 'secret'; readonly secret: SecretRef }
  /** `private_key_jwt` of RFC 7523; a file name. */
  | { readonly kind: 'key'; readonly file: string }
  /** `tls_client_auth` and `self_signed_tls_client_auth`: RFC 8705, section 2. */
  | { readonly kind: 'certificate' }
