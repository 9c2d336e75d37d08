/** RFC 7517, section 5. */
export interface JwkSet {
  readonly keys: readonly object[]
}
