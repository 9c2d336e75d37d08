/** How a policy comes into force by stages. Times in milliseconds, shares in parts of ten thousand. */
export interface RolloutConfig {
  /**
   * The first one is in shadow, and the shares of the others grow. Empty: what the source offers counts at once, and only
   * operators have something a candidate.
   */
  readonly steps: readonly StepConfig[]
  /** Which services come one after the other, through all shares each; all others come last. Empty: all at once. */
  readonly order: readonly Group[]
  /** Whether what has passed the last step is promoted, or waits for an operator. */
  readonly promote: 'by-itself' | 'asked'
  /** How many requests both policies must have decided in a step before that is passed. */
  readonly requests: number
  readonly rollback: Thresholds
}

export interface StepConfig {
  /** Of subjects; 0: in shadow. */
  readonly parts: number
  /** For at least so long. */
  readonly time: number
}

/** Services that bear one of the labels, and those that are named. */
export interface Group {
  readonly labels: readonly string[]
  readonly services: readonly string[]
}

/** What a candidate may do at most, before it is gone back from. Null: however much. */
export interface Thresholds {
  /** Shares of the requests that both policies have decided. */
  readonly newlyPermitted: number | null
  readonly newlyDenied: number | null
  readonly other: number | null
  /** By how much the share of those that it refuses is greater than that of the active one. */
  readonly refusals: number | null
  /** How often it may throw. */
  readonly failed: number
  /** Requests, from which on shares count: of three, one is a third. */
  readonly after: number
}

export const DEFAULT_ROLLOUT: RolloutConfig = {
  steps: [],
  order: [],
  promote: 'by-itself',
  requests: 100,
  // One that differs is what a candidate is for, and how much is meant only whoever made it knows; hardly anybody means that it
  // throws, or refuses one more of twenty.
  rollback: { newlyPermitted: null, newlyDenied: null, other: null, refusals: 500, failed: 0, after: 100 },
}
