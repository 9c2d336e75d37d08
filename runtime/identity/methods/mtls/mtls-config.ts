/** How client certificates of one identity are recognized: by a trust domain, by who vouches for them, or by both. */
export interface MtlsConfig {
  /** Of X.509-SVIDs (SPIFFE). Null: certificates that are none. */
  readonly trustDomain: string | null
  /**
   * A file: who may vouch for them, of those whom the listener believes. Null: all of these. Never null without a trust domain.
   */
  readonly ca: { readonly file: string; readonly path: readonly (string | number)[] } | null
}
