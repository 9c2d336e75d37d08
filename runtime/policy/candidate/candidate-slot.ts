import { messageOf } from '../../base/errors.ts'
import type { Policy } from '../module/policy.ts'
import type { CandidateBundle, PolicyRefusal } from '../store/policy-target.ts'
import type { Candidates, Share, Tally } from './candidate.ts'
import { NO_SHARE, type RolloutCandidate } from './rollout-candidate.ts'
import { TallyBook } from './tally-book.ts'
import { TimeShare } from './time-share.ts'

export interface CandidateSlotDeps {
  make(bundle: CandidateBundle): Promise<Policy | PolicyRefusal>
  /** Returns a policy with the current values of all data that it reads, or a refusal if a value does not match the policy. */
  withData(policy: Policy): Policy | PolicyRefusal
}

/**
 * Holds the candidate of this process: the policy that a rollout compares with the active one. Failures of the candidate never
 * affect the active policy.
 */
export class CandidateSlot implements Candidates {
  /** Called when another policy may decide requests from now on. */
  onChange: () => void = () => {}
  /** The candidate, or `null` without one. A request must read it once, together with the active policy, and keep it. */
  current: RolloutCandidate | null = null
  readonly #deps: CandidateSlotDeps
  #book: TallyBook | null = null
  #turn = 0

  constructor(deps: CandidateSlotDeps) {
    this.#deps = deps
  }

  async begin(bundle: CandidateBundle): Promise<PolicyRefusal | null> {
    const turn = this.#stop()
    const made = await this.#deps.make(bundle)
    if ('kind' in made) return made
    if (turn !== this.#turn)
      return { kind: 'refused', code: 'internal', message: 'the candidate ended before it started: try again' }
    const policy = this.#withData(made)
    if ('kind' in policy) return policy
    this.#book = new TallyBook()
    this.current = { policy, share: NO_SHARE, book: this.#book, time: new TimeShare(performance.now()) }
    return null
  }

  async share(share: Share): Promise<void> {
    if (this.current === null) return
    this.current = { ...this.current, share }
    this.onChange()
  }

  async end(): Promise<void> {
    this.#stop()
  }

  async tally(): Promise<Tally | null> {
    return this.#book?.read() ?? null
  }

  /**
   * Adapts the candidate to a change of the active policy or of data: gives it the current data. Ends it if the data do not
   * match, or if the candidate itself has become active. Does not throw.
   */
  follow(serves: Policy | null): void {
    if (this.current === null) return
    if (this.current.policy.revision === serves?.revision) {
      this.#book = null
      this.current = null
      return
    }
    const policy = this.#withData(this.current.policy)
    if (!('kind' in policy)) {
      this.current = { ...this.current, policy }
      return
    }
    this.current.book.ended = policy
    this.current = null
  }

  #stop(): number {
    const had = this.current !== null
    this.#book = null
    this.current = null
    if (had) this.onChange()
    return ++this.#turn
  }

  #withData(policy: Policy): Policy | PolicyRefusal {
    try {
      return this.#deps.withData(policy)
    } catch (error) {
      return { kind: 'refused', code: 'data', message: `data cannot be prepared for the candidate: ${messageOf(error)}` }
    }
  }
}
