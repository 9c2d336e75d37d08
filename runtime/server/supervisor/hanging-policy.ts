import type { Log } from '../../base/log.ts'
import type { PolicyRefusal, Rollout } from '../../policy/index.ts'

/** This many worker hangs under one policy within these milliseconds blame the policy. */
const WITHIN = 60_000
const MOST = 2

export interface RolledBack {
  readonly store: {
    readonly status: { readonly active: { readonly revision: string } | null }
    rollback(): Promise<unknown>
  } | null
  readonly rollout: Pick<Rollout, 'isOn' | 'rollBackBecause'> | null
}

/**
 * Rolls back and quarantines a policy under which workers hang repeatedly. If all hangs occurred while a candidate was
 * evaluated, the candidate is rolled back first, else the active policy. So a caller that can hang the active policy cannot
 * cause a candidate that fixes it to be quarantined.
 */
export class HangingPolicy {
  readonly #policy: () => RolledBack | null
  readonly #log: Log
  readonly #clock: () => number
  #hangs: { readonly revision: string; readonly at: number }[] = []
  /** The revision under which a worker without a candidate last hung. */
  #hungAlone: string | null = null
  #isToRollBack = false
  #isBusy = false

  constructor(policy: () => RolledBack | null, log: Log, clock: () => number = () => performance.now()) {
    this.#policy = policy
    this.#log = log
    this.#clock = clock
  }

  /**
   * Reports that a worker was killed because it did not respond.
   *
   * @param revision active policy of the worker
   * @param hadCandidate whether the worker also evaluated a candidate
   */
  async hung(revision: string, hadCandidate: boolean): Promise<void> {
    if (!hadCandidate) this.#hungAlone = revision
    const now = this.#clock()
    this.#hangs = [...this.#hangs.filter((one) => one.revision === revision && now - one.at <= WITHIN), { revision, at: now }]
    if (this.#hangs.length < MOST) return
    this.#isToRollBack = true
    await this.retry()
  }

  async retry(): Promise<void> {
    if (!this.#isToRollBack || this.#isBusy) return
    this.#isBusy = true
    try {
      await this.#rollBack()
    } finally {
      this.#isBusy = false
    }
  }

  async #rollBack(): Promise<void> {
    const { store = null, rollout = null } = this.#policy() ?? {}
    const revision = this.#hangs[0]?.revision ?? null
    if (store === null || store.status.active?.revision !== revision) return this.#done()
    const message = `${MOST} workers did not respond within ${WITHIN / 1000} s`
    if (rollout?.isOn && this.#hungAlone !== revision) {
      this.#log.error(`the candidate is rolled back and quarantined: ${message} meanwhile`)
      this.#done()
      await rollout.rollBackBecause({ code: 'ends-workers', message })
      return
    }
    this.#log.error(`the policy is rolled back and quarantined: ${message} under it`, { revision })
    const outcome = (await store.rollback()) as Partial<PolicyRefusal>
    // No worker could take the previous policy; retried when one is ready.
    if (outcome.kind === 'refused' && outcome.code === 'worker') return
    if (outcome.kind === 'refused') this.#log.error(`the policy cannot be rolled back: ${outcome.message}`, { revision })
    this.#done()
  }

  #done(): void {
    this.#isToRollBack = false
    this.#hangs = []
  }
}
