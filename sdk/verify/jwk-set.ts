/** A JSON Web Key Set (RFC 7517, section 5). */
export interface JwkSet {
  /** Public keys of the proxy, as JWK. */
  readonly keys: readonly object[]
}
