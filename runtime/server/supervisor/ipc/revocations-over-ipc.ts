import { type Once, type Revocation, type RevocationOutcome, Revocations } from '../../../identity/revocation/index.ts'
import type { FromWorker } from '../messages.ts'
import { PendingReplies } from './pending-replies.ts'

/** Milliseconds for an answer: the supervisor may have to ask a Redis. */
const PATIENCE = 5000

/** The supervisor's list of what is revoked, as a worker sees it. */
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
