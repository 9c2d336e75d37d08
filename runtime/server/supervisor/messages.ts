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

/** Messages to a worker. They arrive in order, connections too. */
export type ToWorker =
  | ({ readonly kind: 'start' } & WorkerStart)
  /** Comes with a socket. `id` increases by one. */
  | { readonly kind: 'connection'; readonly id: number; readonly listener: number }
  /** All connections up to this one were sent: missing ones are lost, for example for lack of file descriptors. */
  | { readonly kind: 'sent'; readonly id: number }
  | { readonly kind: 'ask'; readonly id: number; readonly what: WorkerQuestion }
  /** A heartbeat, answered by `pong` when the worker's event loop gets to it. */
  | { readonly kind: 'ping' }
  /** Later signing keys of assertions. */
  | { readonly kind: 'keys'; readonly keys: readonly StoredKey[] }
  /** The result of a call to the session store. */
  | { readonly kind: 'stored'; readonly id: number; readonly value: unknown }
  /** Keys of ended sessions. */
  | { readonly kind: 'ended'; readonly keys: readonly string[] }
  /** Changes of the revocations; whether changes are received; or a new list. */
  | ({ readonly kind: 'revocations' } & Change)
  | { readonly kind: 'hears-revocations'; readonly hears: boolean }
  | ({ readonly kind: 'all-revocations' } & Standing)
  | { readonly kind: 'revoked'; readonly id: number; readonly outcome: RevocationOutcome | 'unavailable' }
  /** Prepare a verified bundle, or data, beside the active policy. */
  | ({ readonly kind: 'prepare'; readonly id: number } & PreparedParts)
  /** Activate what was prepared under that ID, unless another was prepared since. */
  | { readonly kind: 'commit'; readonly id: number; readonly prepared: number }
  | { readonly kind: 'drop' }
  /** Make a policy the candidate of a number, change its share, or remove it. Messages about earlier candidates are ignored. */
  | { readonly kind: 'try'; readonly id: number; readonly number: number; readonly bundle: PolicyParts }
  | { readonly kind: 'share'; readonly id: number; readonly number: number; readonly share: Share }
  | { readonly kind: 'untry'; readonly id: number; readonly number: number }
  /** Whether all requests are refused. */
  | { readonly kind: 'suspend'; readonly isSuspended: boolean }
  | { readonly kind: 'limited'; readonly id: number; readonly rooms: readonly (readonly Room[])[] }
  | { readonly kind: 'reopen' }
  /** Let requests complete for these milliseconds; of repeated messages, the shortest time applies. */
  | { readonly kind: 'drain'; readonly ms: number }

export interface PreparedParts {
  /** `null`: the active one. */
  readonly bundle: PolicyParts | null
  readonly data: Readonly<Record<string, DataValue>>
}

/** The parts of a bundle that instantiating and testing it need. */
export type PolicyParts = Required<CandidateBundle>

/** Drops sources, and tests that have already run. */
export function partsOf({ manifest, policy, sourceMap = null, validators }: CandidateBundle): PolicyParts {
  return { manifest, policy, sourceMap, validators, tests: null }
}

export interface CandidateReport {
  readonly number: number
  readonly tally: Tally
}

export interface WorkerStart {
  readonly worker: number
  /** Processes that share the machine. */
  readonly workers: number
  /** The configuration as the supervisor read it, so that restarted workers are equal to the others. */
  readonly text: string
  readonly file: string
  readonly insecureHttpIssuer: boolean
  readonly learn: string | null
  /** Shared by all. `null`: unavailable, and the worker finds out why. */
  readonly keys: readonly StoredKey[] | null
  /** Seals sessions if no key is configured. */
  readonly sessionSecret: string
  /** Whether changes are received. Existing revocations come before, as `revocations`. */
  readonly hearsRevocations: boolean
}

export interface WorkerProgress {
  readonly taken: number
  readonly came: number
  readonly closed: number
}

/**
 * `ended`: requests ended by revocation since the last question; `held-up`: whether requests are refused for lack of audit
 * records; `routes`: of the active policy; `candidate`: `CandidateReport` or `null`; `learned`: learned routes; else the latest
 * decisions.
 */
export type WorkerQuestion = 'metrics' | 'status' | 'ended' | 'held-up' | 'routes' | 'candidate' | 'learned' | RecentAsked

/** Messages from a worker. */
export type FromWorker =
  /** Ready for a policy, or its problems. */
  | { readonly kind: 'opened'; readonly problems: readonly Problem[] }
  /** Results of `prepare` and `commit`; `enforced` is `null` if there was nothing to commit. */
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
  /** Takes tokens of limits for several requests. */
  | { readonly kind: 'limit'; readonly id: number; readonly wanted: readonly (readonly Wanted[])[] }
  /** Position of its chain in an audit file, every ten seconds or ten thousand records. */
  | { readonly kind: 'head'; readonly head: Witnessed; readonly file: string }
  /** Another worker should take its place. */
  | { readonly kind: 'full' }
  | {
      readonly kind: 'drained'
      readonly metrics: MetricData
      readonly candidate: CandidateReport | null
      readonly learned: Learned
    }
