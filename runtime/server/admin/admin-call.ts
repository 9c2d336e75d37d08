import type { Log } from '../../base/log.ts'
import type { RevocationKeeper } from '../../identity/revocation/index.ts'
import type { PolicyControl } from '../../policy/policy-control.ts'
import type { ActionAudit, Recent, RecentFilter, RecentPlace } from '../../telemetry/audit/index.ts'
import type { Tallies } from '../../telemetry/metrics/tallies.ts'
import type { PolicyRoute } from '../bootstrap/routes-of.ts'
import type { AdminCaller } from './admin-callers.ts'

export interface AdminDeps {
  readonly clock: () => number
  readonly log: Log
  readonly keeper: () => RevocationKeeper
  readonly identities: () => readonly string[]
  /** Returns how many requests have ended because of revocations since the last call, after all were told to end. */
  readonly ended: () => Promise<number>
  /** Controls the active policy; `null` until there is one. */
  readonly deciding: () => PolicyControl | null
  /** Returns the latest decisions. `after`: the position read so far, by process number; `null`: none. */
  readonly recent: (after: ReadonlyMap<number, RecentPlace> | null, filter: RecentFilter) => Promise<readonly ProcessRecent[]>
  /** Returns the active policy's routes; `null` if there is none, or no worker responds. */
  readonly routes: () => Promise<readonly PolicyRoute[] | null>
  /** Returns the counts of outcomes since the proxy started. */
  readonly tallies: () => Promise<Tallies>
  /** Rejects if the action cannot be recorded; nothing is done then. */
  readonly openAudit: () => Promise<ActionAudit>
}

/** The latest decisions of one worker. */
export interface ProcessRecent {
  readonly number: number
  /** `null`: it is too busy to respond. */
  readonly recent: Recent | null
}

export interface AdminAnswer {
  readonly status: number
  readonly body?: object
  /** Instead of `body`: serialized JSON. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface AdminCall {
  readonly caller: AdminCaller
  /** Client address. */
  readonly source: string | null
  readonly deps: AdminDeps
}
