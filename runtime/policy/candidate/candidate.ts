import type { CandidateBundle, PolicyRefusal } from '../store/policy-target.ts'

/** Share of the requests that the candidate decides. The active policy decides all others, and both decisions are compared. */
export interface Share {
  /** Number of subjects out of 10,000 for which the candidate decides. 0 is shadow mode, in which it decides no request. */
  readonly parts: number
  /** Names of the services in the share, or `null` for all services. */
  readonly services: readonly string[] | null
  /** Names of services that completed the rollout earlier. The candidate decides their requests for all subjects. */
  readonly whole?: readonly string[]
}

/**
 * Difference of two decisions. `newlyPermitted`: the candidate permits what the active policy refuses. `newlyDenied`: the
 * reverse. `other`: both have the same effect.
 */
export type DifferenceKind = 'newlyPermitted' | 'newlyDenied' | 'other'

/** A decision of a policy as audit records show it. */
export interface Decided {
  /**
   * Effect of the decision. `reject`: the proxy refused the request before a decision, for example because of an invalid query.
   */
  readonly effect: 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'reject'
  /** Name of the first rule that decides, or `null` if no rule does. */
  readonly rule: string | null
  /**
   * Reason of the decision, or `null`. For a `reject`, the code of the refusal; `decision-failed` if the active policy threw.
   */
  readonly reason: string | null
}

/** A group of requests for which the active policy and the candidate decide differently in the same way. */
export interface DecisionDifference {
  /** Route that the active policy matches, as `service.route`, or `null` if it matches none. */
  readonly route: string | null
  readonly kind: DifferenceKind
  readonly active: Decided
  readonly candidate: Decided
  readonly count: number
  readonly samples: readonly RequestSample[]
}

/** A text of an audit record, or the hash that replaces it if `audit.redact` is configured for it. `null` without a value. */
export type RedactedText = string | null | { readonly hash: string }

export interface RequestSample {
  readonly requestId: string
  /** Time of the request (RFC 3339). */
  readonly time: string
  readonly identity: string | null
  readonly subject: RedactedText
  readonly method: string
  readonly path: RedactedText
}

/** Counts of a candidate's results since it began. They continue if the active policy or the share changes. */
export interface Tally {
  /**
   * Number of requests for which the decisions of both policies were compared. Excludes requests that match no route of either
   * policy.
   */
  readonly compared: number
  readonly newlyPermitted: number
  readonly newlyDenied: number
  readonly other: number
  /** Number of requests for which the candidate threw an exception. */
  readonly failed: number
  /**
   * Number of requests without comparison because the other policy's decision is unknown. For example, that policy reads a body
   * that was not kept.
   */
  readonly unknown: number
  /** Number of requests without comparison because the time for comparisons was used up or the proxy was overloaded. */
  readonly skipped: number
  /** Number of requests that the candidate decided, and how many of those it refused. */
  readonly candidate: { readonly decided: number; readonly refused: number }
  /** Number of the candidate's requests to services that did not complete the rollout earlier. */
  readonly ofStep: number
  /**
   * Number of requests that the active policy decided, and how many of those it refused. Counts only requests to services of
   * which the candidate decides a share, for comparison with `candidate`.
   */
  readonly active: { readonly decided: number; readonly refused: number }
  readonly differences: readonly DecisionDifference[]
  /** Number of requests whose difference is not in `differences`, because the list has its maximum length. */
  readonly unlisted: number
  /**
   * Reason why the candidate ended without an operator, or `null` if it continues. For example, data does not match it, or a
   * new worker failed to load it.
   */
  readonly ended: PolicyRefusal | null
}

/** A runner of candidates in this process or in all workers. It never alters or delays decisions of the active policy. */
export interface Candidates {
  /**
   * Replaces the candidate in all present and future processes. It runs in shadow mode until `share` is called. Returns `null`
   * if all processes have it.
   */
  begin(bundle: CandidateBundle): Promise<PolicyRefusal | null>
  share(share: Share): Promise<void>
  end(): Promise<void>
  /**
   * Returns what was counted for the candidate so far in all processes, or `null` if there is no candidate or it has become
   * active.
   */
  tally(): Promise<Tally | null>
}
