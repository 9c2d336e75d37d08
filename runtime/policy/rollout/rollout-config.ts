/** How a policy is rolled out in stages. Milliseconds; shares of 10,000. */
export interface RolloutConfig {
  /** Shadow first, then growing shares. Empty: bundles of the source take effect at once, and only operators use candidates. */
  readonly steps: readonly StepConfig[]
  /** Groups that go through all shares in turn, others last. Empty: all together. */
  readonly order: readonly Group[]
  /** Whether a policy is promoted after the last step, or waits for an operator. */
  readonly promote: 'by-itself' | 'asked'
  /** Requests that both policies must decide in a step to pass it. */
  readonly requests: number
  readonly rollback: Thresholds
}

export interface StepConfig {
  /** Of subjects; 0: shadow. */
  readonly parts: number
  /** Minimum duration. */
  readonly time: number
}

/** Services with one of the labels, and named ones. */
export interface Group {
  readonly labels: readonly string[]
  readonly services: readonly string[]
}

/** Maximum values, beyond which a candidate is rolled back. Null: unlimited. */
export interface Thresholds {
  /** Shares of compared requests. */
  readonly newlyPermitted: number | null
  readonly newlyDenied: number | null
  readonly other: number | null
  /** Increase of the share of refusals. */
  readonly refusals: number | null
  /** Number of exceptions. */
  readonly failed: number
  /** Requests from which on shares count: of three, one is a third. */
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
