import type { SecretRef } from '../../base/secret.ts'

/** By what the proxy shows that it is a client. */
export type ClientConfig =
  /** RFC 6749, section 2.3.1. */
  | { readonly kind: 'secret'; readonly secret: SecretRef }
  /** `private_key_jwt`: RFC 7523; a file. */
  | { readonly kind: 'key'; readonly file: string }
  /** `tls_client_auth` and `self_signed_tls_client_auth`: RFC 8705, section 2. */
  | { readonly kind: 'certificate' }
