import { type Once, type Outcome, type Revocation, Revocations } from '../../../identity/revocation/index.ts'
import type { FromWorker } from '../messages.ts'
import { PendingReplies } from './pending-replies.ts'

/** Milliseconds for an answer: the supervisor may have to ask a Redis. */
const PATIENCE = 5000

/** The supervisor's list of what is revoked, as a worker sees it. */
export class RevocationsOverIpc {
  readonly copy = new Revocations()
  readonly #tell: (message: FromWorker) => void
  readonly #replies = new PendingReplies()

  constructor(tell: (message: FromWorker) => void) {
    this.#tell = tell
  }

  readonly revoke = (revocations: readonly Revocation[], once: Once | null): Promise<Outcome | 'unavailable'> =>
    this.#replies.ask(PATIENCE, 'unavailable', (id) => this.#tell({ kind: 'revoke', id, revocations, once }))

  revoked(id: number, outcome: Outcome | 'unavailable'): void {
    this.#replies.reply(id, outcome)
  }
}
