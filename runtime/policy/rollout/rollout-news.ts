import type { Operator } from '../../base/operator.ts'
import type { RolloutEvent } from './rollout-status.ts'

/** `asking` null: nobody. */
export type OnRolloutEvent = (event: RolloutEvent, asking: Operator | null) => void

/** Reports events of candidates, at once or after a configuration takes effect. */
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

  /** Reports at once from now on; `tellsBefore`: also what was held back. */
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
