/** Requirements for tokens that are bound to a key (RFC 9449). */
export interface DpopConfig {
  /** Whether tokens that are not bound to a key are refused. */
  readonly required: boolean
  /** Whether a proof must hold a nonce of the proxy (section 9). */
  readonly nonce: boolean
}
