import type { Operator } from '../../base/operator.ts'
import type { LastNote } from './rollout-directory.ts'
import type { RolloutEvent } from './rollout-status.ts'

/** `asking` null: nobody has asked for it. */
export type OnRolloutEvent = (event: RolloutEvent, asking: Operator | null) => void

/** What has become of candidates: told at once, or once whoever tries a configuration takes it. */
export class RolloutNews {
  readonly #onEvent: OnRolloutEvent
  /** Null: at once. */
  #untold: Parameters<OnRolloutEvent>[] | null

  constructor(onEvent: OnRolloutEvent, tells: boolean) {
    this.#onEvent = onEvent
    this.#untold = tells ? null : []
  }

  tell(
    kind: RolloutEvent['kind'],
    { revision, sequence, share }: Omit<RolloutEvent, 'kind' | 'why'>,
    why: LastNote['why'],
    asking: Operator | null,
  ): void {
    const event = { kind, revision, sequence, share, why }
    if (this.#untold === null) this.#say(event, asking)
    else this.#untold.push([event, asking])
  }

  /** At once from now on. `tellsBefore`: what has been held back, too. */
  begin(tellsBefore: boolean): void {
    const untold = this.#untold ?? []
    this.#untold = null
    if (tellsBefore) for (const event of untold) this.#say(...event)
  }

  #say(...event: Parameters<OnRolloutEvent>): void {
    try {
      this.#onEvent(...event)
    } catch {
      // A log that is full does not decide the candidate; the status still tells.
    }
  }
}
