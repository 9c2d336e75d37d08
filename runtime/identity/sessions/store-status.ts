/** The state of a session store, for operators. */
export interface StoreStatus {
  readonly kind: 'memory' | 'redis'
  /** Whether the store responds. The other members are `null` if it does not. */
  readonly available: boolean
  /** Milliseconds that a Redis took to respond; `null` for a store in memory. */
  readonly latency: number | null
  /** Number of sessions; `null` if it is unknown, because the Redis refuses the command. */
  readonly sessions: number | null
  /** Whether there may be more sessions, because there were too many keys to look at. */
  readonly isMinimum: boolean
  /** Bytes of memory that a Redis uses, and its limit (`null` without one); `null` if they are unknown. */
  readonly memory: { readonly used: number; readonly most: number | null } | null
}

/** The status of a Redis that does not respond. */
export const REDIS_UNAVAILABLE: StoreStatus = {
  kind: 'redis',
  available: false,
  latency: null,
  sessions: null,
  isMinimum: false,
  memory: null,
}
