import type { CandidateBundle, PolicyRefusal } from '../store/policy-target.ts'

/** Share of the requests that the candidate decides. The active policy decides all others, and both decisions are compared. */
export interface Share {
  /** Number of subjects out of 10,000. 0 is shadow mode. */
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
  /** Effect of the decision. `reject`: the request was refused before a decision. */
  readonly effect: 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'reject'
  /** First deciding rule, or `null` without one. */
  readonly rule: string | null
  /**
   * Reason of the decision, or `null`. For a `reject`, the code of the refusal; `decision-failed` if the active policy threw.
   */
  readonly reason: string | null
}

/** Requests whose decisions differ in the same way. */
export interface DecisionDifference {
  /** Route of the active policy as `service.route`, or `null` without one. */
  readonly route: string | null
  readonly kind: DifferenceKind
  readonly active: Decided
  readonly candidate: Decided
  readonly count: number
  readonly samples: readonly RequestSample[]
}

/** A text, or the hash by which `audit.redact` replaces it. */
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

/** Totals of a candidate since it began, over all active policies and shares in that time. */
export interface Tally {
  /** Number of requests that both policies decided. */
  readonly compared: number
  readonly newlyPermitted: number
  readonly newlyDenied: number
  readonly other: number
  /** Number of requests for which the candidate threw an exception. */
  readonly failed: number
  /** Number of requests that were not evaluated because the candidate reads a body that was not read. */
  readonly unknown: number
  /** Number of requests that were not evaluated for lack of time. */
  readonly skipped: number
  /** Numbers of requests that the candidate decided, and of those that it refused. */
  readonly candidate: { readonly decided: number; readonly refused: number }
  /** Number of the candidate's requests to services that did not complete the rollout earlier. */
  readonly ofStep: number
  /** Numbers of requests that the active policy decided and refused, for services of the share. */
  readonly active: { readonly decided: number; readonly refused: number }
  readonly differences: readonly DecisionDifference[]
  /** Number of requests whose difference is not listed because there are too many kinds of differences. */
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
  /** Returns the totals of the candidate, or `null` if there is none or it has become active. */
  tally(): Promise<Tally | null>
}
