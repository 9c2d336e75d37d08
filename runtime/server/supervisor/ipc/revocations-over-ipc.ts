import { type Once, type Revocation, type RevocationOutcome, Revocations } from '../../../identity/revocation/index.ts'
import type { FromWorker } from '../messages.ts'
import { PendingReplies } from './pending-replies.ts'

/** Milliseconds for a response, which may need Redis. */
const PATIENCE = 5000

/** A worker's copy of the revocations, which the supervisor keeps current. New revocations are sent to the supervisor. */
export class RevocationsOverIpc {
  readonly copy = new Revocations()
  readonly #notify: (message: FromWorker) => void
  readonly #replies = new PendingReplies()

  constructor(notify: (message: FromWorker) => void) {
    this.#notify = notify
  }

  readonly revoke = (revocations: readonly Revocation[], once: Once | null): Promise<RevocationOutcome | 'unavailable'> =>
    this.#replies.ask(PATIENCE, 'unavailable', (id) => this.#notify({ kind: 'revoke', id, revocations, once }))

  revoked(id: number, outcome: RevocationOutcome | 'unavailable'): void {
    this.#replies.reply(id, outcome)
  }
}
