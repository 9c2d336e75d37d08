import type { SecretRef } from '../../base/secret.ts'

/** Metadata of an authorization server by which the proxy chooses how to authenticate. */
export interface ClientAuthMetadata {
  readonly issuer: string
  /** Authentication methods that the server supports, or `null` if its metadata list none. */
  readonly methods: readonly string[] | null
}

/** Credentials and connections of the proxy as an OAuth client of an authorization server. */
export interface OAuthClient {
  /** Sends a request, with the client's certificate if it has one. */
  readonly fetch: typeof globalThis.fetch
  /**
   * Whether connections use the client's certificate. The server may have other URLs for such connections (RFC 8705, section
   * 5).
   */
  readonly mutualTls: boolean
  /** Adds the client's credentials to a form, or returns them as headers to add to the request. */
  authenticate(form: URLSearchParams, asked: ClientAuthMetadata): Promise<Readonly<Record<string, string>>>
  /** Reports that the server rejected the client's credentials. They are then read again, as they may have been replaced. */
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
