/** Configuration of a rollout in steps. Times are in milliseconds; shares are parts of 10,000. */
export interface RolloutConfig {
  /**
   * Steps of the rollout: shadow mode first, then growing shares. If empty, bundles of the source take effect at once, and only
   * operators use candidates.
   */
  readonly steps: readonly StepConfig[]
  /**
   * Groups of services that go through all shares one after the other, before all other services. If empty, all services go
   * together.
   */
  readonly order: readonly Group[]
  /** Whether a policy is promoted after the last step, or waits for an operator. */
  readonly promote: 'by-itself' | 'asked'
  /** Number of requests that both policies must decide in a step to pass it. */
  readonly requests: number
  readonly rollback: Thresholds
}

export interface StepConfig {
  /** Number of subjects out of 10,000 for which the candidate decides. 0 is shadow mode. */
  readonly parts: number
  /** Minimum duration of the step in milliseconds. */
  readonly time: number
}

/** A group of services that go through a rollout together: those that have one of the labels, and those named. */
export interface Group {
  readonly labels: readonly string[]
  readonly services: readonly string[]
}

/** Limits for the results of a candidate in a step, which is rolled back if it exceeds one. `null` means unlimited. */
export interface Thresholds {
  /** Maximum share of compared requests that are newly permitted, in parts of 10,000. */
  readonly newlyPermitted: number | null
  readonly newlyDenied: number | null
  readonly other: number | null
  /** Maximum by which the candidate's share of refused requests may exceed that of the active policy, in parts of 10,000. */
  readonly refusals: number | null
  /** Maximum number of requests for which the candidate throws an exception. */
  readonly failed: number
  /**
   * Minimum number of compared requests from which on the limits that are shares apply, because a single request is a large share
   * of a few. When a step is about to be passed, these limits apply regardless of the number.
   */
  readonly after: number
}

export const DEFAULT_ROLLOUT: RolloutConfig = {
  steps: [],
  order: [],
  promote: 'by-itself',
  requests: 100,
  // Differences are a candidate's purpose; only its author knows how many. Hardly any wants exceptions or 5 % more refusals.
  rollback: { newlyPermitted: null, newlyDenied: null, other: null, refusals: 500, failed: 0, after: 100 },
}
