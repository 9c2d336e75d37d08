import type { CandidateBundle, PolicyRefusal } from '../store/policy-target.ts'

/** Which requests the candidate decides; all others are decided by the active policy and compared. */
export interface Share {
  /** Of 10,000 subjects. 0: shadow. */
  readonly parts: number
  /** Service names; null: all. */
  readonly services: readonly string[] | null
  /** Services completed earlier in the roll-out, which it decides for all subjects. */
  readonly whole?: readonly string[]
}

/** `newlyPermitted`: the candidate permits what the active policy refuses. `newlyDenied`: the reverse. `other`: same effect. */
export type DifferenceKind = 'newlyPermitted' | 'newlyDenied' | 'other'

/** A policy's decision as records show it. */
export interface Decided {
  /** `reject`: refused before a decision. */
  readonly effect: 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'reject'
  /** The first deciding rule, if any. */
  readonly rule: string | null
  /** For a `reject` its code; `decision-failed` if the active policy threw. */
  readonly reason: string | null
}

/** Requests with the same kind of difference. */
export interface DecisionDifference {
  /** `service.route` of the active policy, if any. */
  readonly route: string | null
  readonly kind: DifferenceKind
  readonly active: Decided
  readonly candidate: Decided
  readonly count: number
  readonly samples: readonly RequestSample[]
}

/** A text, or its replacement by `audit.redact`. */
export type RedactedText = string | null | { readonly hash: string }

export interface RequestSample {
  readonly requestId: string
  /** RFC 3339. */
  readonly time: string
  readonly identity: string | null
  readonly subject: RedactedText
  readonly method: string
  readonly path: RedactedText
}

/** Totals of a candidate since it began, across active policies and shares. */
export interface Tally {
  /** Decided by both. */
  readonly compared: number
  readonly newlyPermitted: number
  readonly newlyDenied: number
  readonly other: number
  /** The candidate threw. */
  readonly failed: number
  /** Not evaluated: it reads a body that was not read. */
  readonly unknown: number
  /** Not evaluated for lack of time. */
  readonly skipped: number
  /** Requests that the candidate decided, and refused. */
  readonly candidate: { readonly decided: number; readonly refused: number }
  /** Of those, requests to services that were not completed earlier. */
  readonly ofStep: number
  /** The same of the active policy, for services of the share. */
  readonly active: { readonly decided: number; readonly refused: number }
  readonly differences: readonly DecisionDifference[]
  /** Requests whose difference is not listed, as there are too many kinds. */
  readonly unlisted: number
  /** Why it ended by itself: data do not match it, or a new worker could not take it. Null: it continues. */
  readonly ended: PolicyRefusal | null
}

/** Runs candidates: in this process, or in all workers. Never alters or delays active decisions. */
export interface Candidates {
  /** Replaces the candidate in all present and future processes, in shadow until `share`. Returns null if all have it. */
  begin(bundle: CandidateBundle): Promise<PolicyRefusal | null>
  share(share: Share): Promise<void>
  end(): Promise<void>
  /** Null: there is none, or it has become active. */
  tally(): Promise<Tally | null>
}
