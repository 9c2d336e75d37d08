import { type Once, type Outcome, type Revocation, Revocations } from '../../../identity/revocation/index.ts'
import type { FromWorker } from '../messages.ts'

/** Milliseconds for an answer: the supervisor may have to ask a Redis. */
const PATIENCE = 5000

/** The supervisor's list of what is revoked, as a worker sees it. */
export class RevocationsOverIpc {
  readonly copy = new Revocations()
  readonly #tell: (message: FromWorker) => void
  readonly #waiting = new Map<number, (outcome: Outcome | 'unavailable') => void>()
  #last = 0

  constructor(tell: (message: FromWorker) => void) {
    this.#tell = tell
  }

  readonly revoke = async (revocations: readonly Revocation[], once: Once | null): Promise<Outcome | 'unavailable'> => {
    const id = ++this.#last
    let timer: NodeJS.Timeout | undefined
    const outcome = await new Promise<Outcome | 'unavailable'>((resolve) => {
      timer = setTimeout(resolve, PATIENCE, 'unavailable')
      this.#waiting.set(id, resolve)
      this.#tell({ kind: 'revoke', id, revocations, once })
    })
    clearTimeout(timer)
    this.#waiting.delete(id)
    return outcome
  }

  revoked(id: number, outcome: Outcome | 'unavailable'): void {
    this.#waiting.get(id)?.(outcome)
  }
}
