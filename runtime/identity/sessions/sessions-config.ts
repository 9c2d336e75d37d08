import type { SecretRef } from '../../base/secret.ts'

export interface SessionsConfig {
  /** One memory for all processes of the proxy, or a Redis that several proxies share. */
  readonly store: { readonly kind: 'memory' } | { readonly kind: 'redis'; readonly url: string }
  /** Milliseconds for which a session may go unused. */
  readonly idle: number
  /** Milliseconds for which it lasts at most, however much it is used. */
  readonly lifetime: number
  /** Sessions that one subject may have at a time. */
  readonly perSubject: number
  /** What its state is sealed with: the first one seals, all open. Empty: a key that lives as long as the proxy. */
  readonly keys: readonly SecretRef[]
}
