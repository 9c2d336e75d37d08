/** Requirements for DPoP-bound tokens (RFC 9449). */
export interface DpopConfig {
  /** Whether bearer tokens, which are not bound to a key, are refused. */
  readonly required: boolean
  /** Whether a proof must hold a nonce from the proxy (RFC 9449, section 9). */
  readonly nonce: boolean
}
