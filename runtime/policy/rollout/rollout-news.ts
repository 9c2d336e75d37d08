import type { Operator } from '../../base/operator.ts'
import type { RolloutEvent } from './rollout-status.ts'

/** Receives an event and the operator who requested it, or `null` if no operator did. */
export type OnRolloutEvent = (event: RolloutEvent, asking: Operator | null) => void

/**
 * Reports events of candidates to a listener. Holds them back until the configuration of this process takes effect, as it may
 * still be refused.
 */
export class RolloutNews {
  readonly #onEvent: OnRolloutEvent
  /** Null: at once. */
  #untold: Parameters<OnRolloutEvent>[] | null

  constructor(onEvent: OnRolloutEvent, tells: boolean) {
    this.#onEvent = onEvent
    this.#untold = tells ? null : []
  }

  tell(event: RolloutEvent, asking: Operator | null): void {
    if (this.#untold === null) this.#say(event, asking)
    else this.#untold.push([event, asking])
  }

  /**
   * Stops holding back events: from now on they are reported at once. `tellsBefore`: whether to report the events that were held
   * back.
   */
  begin(tellsBefore: boolean): void {
    const untold = this.#untold ?? []
    this.#untold = null
    if (tellsBefore) for (const event of untold) this.#say(...event)
  }

  #say(...event: Parameters<OnRolloutEvent>): void {
    try {
      this.#onEvent(...event)
    } catch {
      // A full log must not affect the candidate; the status still shows it.
    }
  }
}
