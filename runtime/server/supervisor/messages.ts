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

/** What the supervisor tells a worker. They arrive in order, connections too. */
export type ToWorker =
  | ({ readonly kind: 'start' } & WorkerStart)
  /** With a socket. `id` grows by one each time. */
  | { readonly kind: 'connection'; readonly id: number; readonly listener: number }
  /**
   * All connections up to this one have been sent: those that have not come are lost on the way, as where no file descriptor was
   * left for them.
   */
  | { readonly kind: 'sent'; readonly id: number }
  | { readonly kind: 'ask'; readonly id: number; readonly what: WorkerQuestion }
  /** A heartbeat, answered by `pong` as soon as the event loop of the worker comes to it. */
  | { readonly kind: 'ping' }
  /** Keys of assertions that follow those of the start. */
  | { readonly kind: 'keys'; readonly keys: readonly StoredKey[] }
  /** The answer to what was asked of the memory of sessions. */
  | { readonly kind: 'stored'; readonly id: number; readonly value: unknown }
  /** Sessions that are over, by the keys of the store. */
  | { readonly kind: 'ended'; readonly keys: readonly string[] }
  /** What is revoked has changed; nobody would hear of it, or would again; or it is another list altogether. */
  | ({ readonly kind: 'revocations' } & Change)
  | { readonly kind: 'hears-revocations'; readonly hears: boolean }
  | ({ readonly kind: 'all-revocations' } & Standing)
  /** The answer to what was asked to be revoked. */
  | { readonly kind: 'revoked'; readonly id: number; readonly outcome: RevocationOutcome | 'unavailable' }
  /** Make a policy of a bundle that the supervisor has verified, or of other data, beside what serves. */
  | ({ readonly kind: 'prepare'; readonly id: number } & PreparedParts)
  /** What was prepared under that id serves, if nothing was prepared since. */
  | { readonly kind: 'commit'; readonly id: number; readonly prepared: number }
  /** What was prepared will not serve. */
  | { readonly kind: 'drop' }
  /**
   * Have that policy as the candidate of that number, beside what serves and what will; have another share of it;
   * have none. What is told of a candidate that is not the last one counts no more.
   */
  | { readonly kind: 'try'; readonly id: number; readonly number: number; readonly bundle: PolicyParts }
  | { readonly kind: 'share'; readonly id: number; readonly number: number; readonly share: Share }
  | { readonly kind: 'untry'; readonly id: number; readonly number: number }
  /** Whether nothing is let through. */
  | { readonly kind: 'suspend'; readonly isSuspended: boolean }
  /** The answer to what was asked of limits. */
  | { readonly kind: 'limited'; readonly id: number; readonly rooms: readonly (readonly Room[])[] }
  /** Audit files were moved. */
  | { readonly kind: 'reopen' }
  /** Let what is under way end for so many milliseconds; told again, the shorter time counts. */
  | { readonly kind: 'drain'; readonly ms: number }

export interface PreparedParts {
  /** Null: the one that serves. */
  readonly bundle: PolicyParts | null
  readonly data: Readonly<Record<string, DataValue>>
}

/** Of a bundle, what a policy is made of, and tried by. */
export type PolicyParts = Required<CandidateBundle>

/** Nothing else of a bundle: its sources are of no use there, nor are its tests where they were run. */
export function partsOf({ manifest, policy, sourceMap = null, validators }: CandidateBundle): PolicyParts {
  return { manifest, policy, sourceMap, validators, tests: null }
}

/** What was found in the candidate of that number. */
export interface CandidateReport {
  readonly number: number
  readonly tally: Tally
}

export interface WorkerStart {
  readonly worker: number
  /** Processes that share the machine. */
  readonly workers: number
  /** The configuration as the supervisor has read it: one that is started again later is like the others. */
  readonly text: string
  readonly file: string
  readonly insecureHttpIssuer: boolean
  /** `--learn` */
  readonly learn: string | null
  /** All sign with the same. Null: they cannot be had, and the worker finds out why. */
  readonly keys: readonly StoredKey[] | null
  /** What seals sessions where the configuration names no key. */
  readonly sessionSecret: string
  /** Whether revocations would be heard of. Those that there are come before, as `revocations`. */
  readonly hearsRevocations: boolean
}

export interface WorkerProgress {
  readonly taken: number
  readonly came: number
  readonly closed: number
}

/**
 * `ended`: how much was ended by what is revoked, since that was asked last; `held-up`: whether requests are refused because they
 * could not be recorded; `routes`: those of the policy that it decides by; `candidate`: `CandidateReport`, or null; `learned`: what a
 * policy would need; else its last decisions.
 */
export type WorkerQuestion = 'metrics' | 'status' | 'ended' | 'held-up' | 'routes' | 'candidate' | 'learned' | RecentAsked

/** What a worker tells its supervisor. */
export type FromWorker =
  /** All that it needs beside a policy is there; or what is wrong. */
  | { readonly kind: 'opened'; readonly problems: readonly Problem[] }
  /** The answers to `stage` and to `commit`; what it enforces by now is null where there was nothing to commit. */
  | { readonly kind: 'prepared'; readonly id: number; readonly refusal: PolicyRefusal | null }
  | { readonly kind: 'committed'; readonly id: number; readonly enforced: Enforced | null }
  /** The answer to `try`, `share` and `untry`. */
  | { readonly kind: 'tried'; readonly id: number; readonly refusal: PolicyRefusal | null }
  /** Connections up to `taken` are its own now, as far as they have come: `came`, and `closed`, since it told last. */
  | ({ readonly kind: 'progress' } & WorkerProgress)
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'pong' }
  /** Something is asked of the memory of sessions. */
  | { readonly kind: 'store'; readonly id: number; readonly call: StoreCall; readonly args: readonly unknown[] }
  /** Something is to be revoked. */
  | { readonly kind: 'revoke'; readonly id: number; readonly revocations: readonly Revocation[]; readonly once: Once | null }
  /** Tokens of limits, for several requests. */
  | { readonly kind: 'limit'; readonly id: number; readonly wanted: readonly (readonly Wanted[])[] }
  /** Where its chain in an audit file has come to: every ten seconds, or ten thousand records. */
  | { readonly kind: 'head'; readonly head: Witnessed; readonly file: string }
  /** Another one should take its place. */
  | { readonly kind: 'full' }
  /** The last that is heard of it. */
  | {
      readonly kind: 'drained'
      readonly metrics: MetricData
      readonly candidate: CandidateReport | null
      readonly learned: Learned
    }
