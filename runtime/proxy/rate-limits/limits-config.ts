/** Where tokens are counted, and what becomes of requests while nobody can count them. */
export interface LimitingConfig {
  readonly store: { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly url: string }
  /** Before all names in a Redis. */
  readonly prefix: string
  readonly whenUnavailable: 'refuse' | 'pass'
}
