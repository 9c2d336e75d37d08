/** What is asked of callers who show tokens that are bound to a key (RFC 9449). */
export interface DpopConfig {
  /** Whether tokens that are bound to no key are refused. */
  readonly required: boolean
  /** Whether a proof must hold a nonce of the proxy's (section 9). */
  readonly nonce: boolean
}
