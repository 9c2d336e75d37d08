import type { CandidateBundle, PolicyRefusal } from '../store/policy-target.ts'

/**
 * For which requests a candidate decides, of those that it is asked about; all others are decided by the active one, and
 * the candidate is compared.
 */
export interface Share {
  /** Of subjects, of each ten thousand. 0: it is only compared (shadow). */
  readonly parts: number
  /** Names of services; null: all of them. */
  readonly services: readonly string[] | null
  /** Those among them, or beside them, of which it decides for all subjects: they came before in the order of the roll-out. */
  readonly whole?: readonly string[]
}

/**
 * Of two decisions about one request. `newlyPermitted`: refused by the active policy, permitted by the candidate. `newlyDenied`: the other
 * way round. `other`: both refuse or both permit, for another reason, by another kind of refusal, or with other obligations.
 */
export type DifferenceKind = 'newlyPermitted' | 'newlyDenied' | 'other'

/** What one of two policies has decided, as records say it. */
export interface Decided {
  /** `reject`: refused before a decision. */
  readonly effect: 'permit' | 'deny' | 'challenge' | 'unauthenticated' | 'reject'
  /** The first that decided; null: none did. */
  readonly rule: string | null
  /** Of a `reject` its code; `decision-failed` where the active one threw. */
  readonly reason: string | null
}

/** Requests that two policies decide otherwise, alike in all of these. */
export interface DecisionDifference {
  /** `service.route` of the active policy; null: it has none. */
  readonly route: string | null
  readonly kind: DifferenceKind
  readonly active: Decided
  readonly candidate: Decided
  readonly count: number
  /** The first few. */
  readonly samples: readonly RequestSample[]
}

/** A text, or what `audit.redact` puts in its place. */
export type RedactedText = string | null | { readonly hash: string }

/** A request, as its record names it. */
export interface RequestSample {
  readonly requestId: string
  /** RFC 3339. */
  readonly time: string
  readonly identity: string | null
  readonly subject: RedactedText
  readonly method: string
  readonly path: RedactedText
}

/** How a candidate goes, since it began, whatever was active and whatever the share was. */
export interface Tally {
  /** Decided by both. */
  readonly compared: number
  readonly newlyPermitted: number
  readonly newlyDenied: number
  readonly other: number
  /** The candidate threw. */
  readonly failed: number
  /** It could not be asked: it reads a body that was not read. */
  readonly unknown: number
  /** There was no time for it. */
  readonly skipped: number
  /** Requests that the candidate has decided for real, and how many of them it refused. */
  readonly candidate: { readonly decided: number; readonly refused: number }
  /** Of those, requests to services that it does not decide for all subjects, as they came before. */
  readonly ofStep: number
  /** Those that the active one has decided meanwhile, of the services of the share. */
  readonly active: { readonly decided: number; readonly refused: number }
  readonly differences: readonly DecisionDifference[]
  /** Requests whose difference is in none of `differences`, as there were too many kinds of them. */
  readonly unlisted: number
  /**
   * Why it is over by itself: data that came do not fit it, or a worker that came up could not take it. Nobody is decided by it
   * any more; null: it goes on.
   */
  readonly ended: PolicyRefusal | null
}

/**
 * Those who can have a candidate beside the one that serves: this process, or all workers of a proxy. It never alters or
 * delays what the active one decides.
 */
export interface Candidates {
  /**
   * Has it beside the active one, with the same data, now and in whoever comes up later; the candidate before is not any
   * more. It is only compared until `share`. Null: all have it.
   */
  begin(bundle: CandidateBundle): Promise<PolicyRefusal | null>
  share(share: Share): Promise<void>
  /** There is no candidate any more. */
  end(): Promise<void>
  /** Null: there is no candidate, or what was is the active one by now. */
  tally(): Promise<Tally | null>
}
