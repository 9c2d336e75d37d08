import type { Problem } from '../../base/startup-error.ts'
import type { StoredKey } from '../../identity/index.ts'
import type { Change, Once, Revocation, RevocationOutcome, Standing } from '../../identity/revocation/index.ts'
import type { StoreCall } from '../../identity/sessions/index.ts'
import type { CandidateBundle, DataValue, PolicyRefusal, Share, Tally } from '../../policy/index.ts'
import type { Learned } from '../../proxy/discovery/index.ts'
import type { Room, Wanted } from '../../proxy/rate-limits/index.ts'
import type { RecentAsked, Witnessed } from '../../telemetry/audit/index.ts'
import type { MetricData } from '../../telemetry/metrics/index.ts'
import type { Enforced } from '../bootstrap/enforced.ts'

/** A message from the supervisor to a worker. Messages and connections arrive in the order in which they are sent. */
export type ToWorker =
  | ({ readonly kind: 'start' } & WorkerStart)
  /** A client connection; the socket is attached to the message. IDs increase by one. */
  | { readonly kind: 'connection'; readonly id: number; readonly listener: number }
  /** All connections up to this ID were sent. Missing ones are lost, for example for lack of file descriptors. */
  | { readonly kind: 'sent'; readonly id: number }
  | { readonly kind: 'ask'; readonly id: number; readonly what: WorkerQuestion }
  /** A heartbeat, to which the worker replies `pong` when its event loop handles it. */
  | { readonly kind: 'ping' }
  /** The current signing keys of assertions, after a rotation. */
  | { readonly kind: 'keys'; readonly keys: readonly StoredKey[] }
  /** The result of a call to the session store. */
  | { readonly kind: 'stored'; readonly id: number; readonly value: unknown }
  /** Keys of ended sessions. */
  | { readonly kind: 'ended'; readonly keys: readonly string[] }
  /** Changes of the revocations; whether the supervisor receives changes; the complete list. */
  | ({ readonly kind: 'revocations' } & Change)
  | { readonly kind: 'hears-revocations'; readonly hears: boolean }
  | ({ readonly kind: 'all-revocations' } & Standing)
  | { readonly kind: 'revoked'; readonly id: number; readonly outcome: RevocationOutcome | 'unavailable' }
  /** Loads a verified bundle, or data, without activating it. */
  | ({ readonly kind: 'prepare'; readonly id: number } & PreparedParts)
  /** Activates what was prepared under an ID, unless something else was prepared since. */
  | { readonly kind: 'commit'; readonly id: number; readonly prepared: number }
  | { readonly kind: 'drop' }
  /** Loads a candidate under a number, changes its share, or removes it. Messages about earlier candidates are ignored. */
  | { readonly kind: 'try'; readonly id: number; readonly number: number; readonly bundle: PolicyParts }
  | { readonly kind: 'share'; readonly id: number; readonly number: number; readonly share: Share }
  | { readonly kind: 'untry'; readonly id: number; readonly number: number }
  /** Makes the worker refuse all requests, or accept them again. */
  | { readonly kind: 'suspend'; readonly isSuspended: boolean }
  | { readonly kind: 'limited'; readonly id: number; readonly rooms: readonly (readonly Room[])[] }
  | { readonly kind: 'reopen' }
  /** Ends the worker after its requests, which have `ms` milliseconds. Of repeated messages, the shortest time applies. */
  | { readonly kind: 'drain'; readonly ms: number }

export interface PreparedParts {
  /** The new policy; `null` to keep the active one. */
  readonly bundle: PolicyParts | null
  readonly data: Readonly<Record<string, DataValue>>
}

/** The parts of a bundle that a worker needs to instantiate a policy and run its tests. */
export type PolicyParts = Required<CandidateBundle>

/** Returns the parts of a bundle that a worker needs. Omits the tests, which have already run. */
export function partsOf({ manifest, policy, sourceMap = null, validators }: CandidateBundle): PolicyParts {
  return { manifest, policy, sourceMap, validators, tests: null }
}

export interface CandidateReport {
  readonly number: number
  readonly tally: Tally
}

export interface WorkerStart {
  readonly worker: number
  /** Number of worker processes, which share the machine's memory. */
  readonly workers: number
  /**
   * Text of the configuration as the supervisor has read it, so that restarted workers have the same configuration as the
   * others.
   */
  readonly text: string
  readonly file: string
  readonly insecureHttpIssuer: boolean
  readonly learn: string | null
  /** Signing keys shared by all workers. `null` if they are unavailable; the worker then opens them itself, and reports why. */
  readonly keys: readonly StoredKey[] | null
  /** Secret that seals sessions if no key is configured. */
  readonly sessionSecret: string
  /**
   * Whether the supervisor currently receives changes of revocations. The existing revocations are sent before, by `revocations`
   * messages.
   */
  readonly hearsRevocations: boolean
}

export interface WorkerProgress {
  readonly taken: number
  readonly came: number
  readonly closed: number
}

/**
 * A question of the supervisor to a worker. `ended`: number of requests that revocations have ended since the last question.
 * `held-up`: whether requests are refused because audit records cannot be written. `routes`: routes of the active policy.
 * `candidate`: a `CandidateReport`, or `null`. `learned`: the learned routes. An object requests the latest decisions.
 */
export type WorkerQuestion =
  | 'metrics'
  | 'status'
  | 'sessions'
  | 'ended'
  | 'held-up'
  | 'routes'
  | 'candidate'
  | 'learned'
  | RecentAsked

/** A message from a worker to the supervisor. */
export type FromWorker =
  /** The worker has checked its configuration: it is ready for a policy, or has problems. */
  | { readonly kind: 'opened'; readonly problems: readonly Problem[] }
  /** The results of `prepare` and `commit`. `enforced` is `null` if there was nothing to commit. */
  | { readonly kind: 'prepared'; readonly id: number; readonly refusal: PolicyRefusal | null }
  | { readonly kind: 'committed'; readonly id: number; readonly enforced: Enforced | null }
  /** The result of `try`, `share` and `untry`. */
  | { readonly kind: 'tried'; readonly id: number; readonly refusal: PolicyRefusal | null }
  /** The worker owns connections up to `taken`; of these, `came` arrived and `closed` ended since the last report. */
  | ({ readonly kind: 'progress' } & WorkerProgress)
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'pong' }
  | { readonly kind: 'store'; readonly id: number; readonly call: StoreCall; readonly args: readonly unknown[] }
  | { readonly kind: 'revoke'; readonly id: number; readonly revocations: readonly Revocation[]; readonly once: Once | null }
  /** Takes tokens of rate limits for several requests. */
  | { readonly kind: 'limit'; readonly id: number; readonly wanted: readonly (readonly Wanted[])[] }
  /** The head of the worker's hash chain in an audit file, sent every ten seconds or ten thousand records. */
  | { readonly kind: 'head'; readonly head: Witnessed; readonly file: string }
  /** The worker needs too much memory, and another one should take its place. */
  | { readonly kind: 'full' }
  | {
      readonly kind: 'drained'
      readonly metrics: MetricData
      readonly candidate: CandidateReport | null
      readonly learned: Learned
    }
