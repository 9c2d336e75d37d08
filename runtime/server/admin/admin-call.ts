import type { Log } from '../../base/log.ts'
import type { RevocationKeeper } from '../../identity/revocation/index.ts'
import type { StoreStatus } from '../../identity/sessions/index.ts'
import type { PolicyControl } from '../../policy/policy-control.ts'
import type { ActionAudit, Recent, RecentFilter, RecentPlace } from '../../telemetry/audit/index.ts'
import type { Tallies } from '../../telemetry/metrics/tallies.ts'
import type { PolicyRoute } from '../bootstrap/routes-of.ts'
import type { FleetOverview } from '../proxy-fleet/fleet-overview.ts'
import type { AdminCaller } from './admin-callers.ts'
import type { EffectHistory } from './effect-history.ts'

export interface AdminDeps {
  readonly clock: () => number
  readonly log: Log
  readonly keeper: () => RevocationKeeper
  readonly identities: () => readonly string[]
  /** Returns the number of requests that revocations have ended since the previous call. */
  readonly ended: () => Promise<number>
  /** Returns the object that controls the active policy, the candidate and data; `null` until a policy is active. */
  readonly deciding: () => PolicyControl | null
  /**
   * Returns the latest decisions of each worker.
   *
   * @param after for each worker number, the position up to which decisions were read; `null` to read from the beginning
   */
  readonly recent: (after: ReadonlyMap<number, RecentPlace> | null, filter: RecentFilter) => Promise<readonly ProcessRecent[]>
  /** Returns the state of the session store; `null` without browser sign-in, and `undefined` if no worker responds. */
  readonly sessions: () => Promise<StoreStatus | null | undefined>
  /** Returns the routes of the active policy; `null` if there is no policy, or if no worker responds. */
  readonly routes: () => Promise<readonly PolicyRoute[] | null>
  /** Returns the numbers of requests by route, outcome and similar labels since the proxy started. */
  readonly tallies: () => Promise<Tallies>
  /** Numbers of requests by effect over time. */
  readonly history: EffectHistory
  /**
   * Opens the audit log for an operator's action. Rejects if the action cannot be recorded; the action must not be performed
   * then.
   */
  readonly openAudit: () => Promise<ActionAudit>
  /**
   * Performs an action, and resolves when its change is in force in the configuration that a reload under way activates. Rejects
   * if that takes too long. Absent if there are no reloads.
   */
  readonly perform?: <T>(action: () => Promise<T>) => Promise<T>
  /** Returns the state of the proxies that share a Redis. */
  readonly fleet: () => Promise<FleetOverview>
}

/** The latest decisions of one worker. */
export interface ProcessRecent {
  readonly number: number
  /** The worker's latest decisions; `null` if it is too busy to respond. */
  readonly recent: Recent | null
}

export interface AdminAnswer {
  readonly status: number
  readonly body?: object
  /** Serialized JSON, sent instead of `body`. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface AdminCall {
  readonly caller: AdminCaller
  /** IP address of the client. */
  readonly source: string | null
  readonly deps: AdminDeps
}
