import { messageOf } from '../../../base/errors.ts'
import type { Log } from '../../../base/log.ts'
import { settledWithin } from '../../../base/waiting.ts'

/** Milliseconds to wait until actions under way have ended, and until the next configuration has their changes. */
const PATIENCE = 10_000

/** The part of a reload in which the next configuration receives the changes that operators make in the previous one. */
export interface HandOver {
  /** Ends it when the next configuration is active. `bring` transfers the changes of earlier actions. Never rejects. */
  complete(bring: () => Promise<void>): Promise<void>
  /** Ends it when the previous configuration stays active. */
  cancel(): void
}

/** The actions of operators. The result of each holds in the active configuration, also if a reload replaces it meanwhile. */
export class OperatorActions {
  readonly #log: Log
  readonly #patience: number
  readonly #underWay = new Set<Promise<unknown>>()
  /** Actions for which a hand-over could not wait any longer. */
  readonly #late = new WeakSet<Promise<unknown>>()
  /** Resolves with whether the active configuration has all changes that were made in the previous one. */
  #handedOver: Promise<boolean> = Promise.resolve(true)

  constructor(log: Log, patience = PATIENCE) {
    this.#log = log
    this.#patience = patience
  }

  /**
   * Performs an action. Resolves with its result when the active configuration has its change.
   *
   * @throws Error if the next configuration does not receive the change in time, or of `action`
   */
  async perform<T>(action: () => Promise<T>): Promise<T> {
    const acting = action()
    this.#underWay.add(acting)
    const result = await acting.finally(() => this.#underWay.delete(acting))
    if (!this.#late.has(acting) && (await settledWithin(this.#handedOver, this.#patience, false))) return result
    throw new Error('the new configuration does not have the change yet: repeat the action')
  }

  /** Begins a hand-over: results of actions wait until it is complete or cancelled. */
  handOver(): HandOver {
    let end = (_isComplete: boolean) => {}
    const own = new Promise<boolean>((resolve) => {
      end = resolve
    })
    // The hand-over of an earlier reload may not be complete.
    const all = Promise.all([this.#handedOver, own]).then((complete) => !complete.includes(false))
    this.#handedOver = all
    // A hand-over that failed does not concern later actions.
    void all.then(() => {
      if (this.#handedOver === all) this.#handedOver = Promise.resolve(true)
    })
    return {
      complete: async (bring) => {
        const before = [...this.#underWay]
        try {
          await settledWithin(Promise.allSettled(before), this.#patience, null)
          for (const one of before) if (this.#underWay.has(one)) this.#late.add(one)
          await bring()
          end(true)
        } catch (error) {
          this.#log.error(`the new configuration lacks changes that operators made during the reload: ${messageOf(error)}`)
          end(false)
        }
      },
      cancel: () => end(true),
    }
  }
}
