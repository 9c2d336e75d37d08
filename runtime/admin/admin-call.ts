import type { ActionAudit } from '../audit/index.ts'
import type { Log } from '../log.ts'
import type { RevocationKeeper } from '../revocation/index.ts'
import type { AdminCaller } from './admin-callers.ts'
import type { Deciding } from './deciding.ts'

export interface AdminDeps {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly log: Log
  readonly keeper: () => RevocationKeeper
  /** Of the configuration. */
  readonly identities: () => readonly string[]
  /** How much has ended because of what is revoked since this was asked last. Settled when everything that was to end has been told so. */
  readonly ended: () => Promise<number>
  /** What requests are decided by; null: nothing yet. */
  readonly deciding: () => Deciding | null
  /** Rejects where it cannot be recorded, before anything is done. */
  readonly openAudit: () => Promise<ActionAudit>
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
