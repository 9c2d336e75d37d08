import type { Log } from '../../base/log.ts'
import type { RevocationKeeper } from '../../identity/revocation/index.ts'
import type { PolicyControl } from '../../policy/policy-control.ts'
import type { ActionAudit, Recent, RecentFilter, RecentPlace } from '../../telemetry/audit/index.ts'
import type { Tallies } from '../../telemetry/metrics/tallies.ts'
import type { PolicyRoute } from '../bootstrap/routes-of.ts'
import type { AdminCaller } from './admin-callers.ts'

export interface AdminDeps {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  readonly keeper: () => RevocationKeeper
  /** Of the configuration. */
  readonly identities: () => readonly string[]
  /**
   * How much has ended because of what is revoked since this was asked last. Settled when everything that was to end has been
   * told so.
   */
  readonly ended: () => Promise<number>
  /** What requests are decided by; null: nothing yet. */
  readonly deciding: () => PolicyControl | null
  /** The last decisions. `after`: how far each process was read, by its number; null: nothing was. */
  readonly recent: (after: ReadonlyMap<number, RecentPlace> | null, filter: RecentFilter) => Promise<readonly ProcessRecent[]>
  /** Routes of the policy that decides; null: there is none, or nobody answers. */
  readonly routes: () => Promise<readonly PolicyRoute[] | null>
  /** What has become of requests since the proxy has started. */
  readonly tallies: () => Promise<Tallies>
  /** Rejects where it cannot be recorded, before anything is done. */
  readonly openAudit: () => Promise<ActionAudit>
}

/** Of a process that decides. */
export interface ProcessRecent {
  readonly number: number
  /** Null: it is too busy to answer. */
  readonly recent: Recent | null
}

export interface AdminAnswer {
  readonly status: number
  readonly body?: object
  /** In place of it: JSON as it is. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface AdminCall {
  readonly caller: AdminCaller
  /** The address that it came from. */
  readonly source: string | null
  readonly deps: AdminDeps
}
