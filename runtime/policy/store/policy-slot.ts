import type { KnownParts } from '../../abi/whitelist/index.ts'
import type { Bundle } from '../bundle/read-bundle.ts'
import { messageOf } from '../message-of.ts'
import { instantiate } from '../module/instantiate.ts'
import type { Hosts, Policy } from '../module/policy.ts'
import { PolicyError } from '../module/policy-error.ts'
import { warm } from '../module/warm.ts'
import type { Enforcers, Refusal } from './enforcers.ts'

export interface SlotOptions {
  readonly hosts?: Hosts
  /** Whether the configuration binds every service and identity that the policy names: a sentence for each that it does not. */
  readonly bind?: (policy: Policy) => readonly string[]
  /** Milliseconds since 1970. */
  readonly clock?: () => number
  /** Called when another one serves, before the first request that it decides. */
  readonly onSwap?: (policy: Policy) => void
}

export interface Serving {
  readonly revision: string
  readonly sequence: number
  /** Since when, in milliseconds since 1970. */
  readonly since: number
}

/** The policy that decides in this process, and the one that may be the next. */
export class PolicySlot implements Enforcers {
  readonly #options: SlotOptions
  #current: Policy | null = null
  /** The same, unless it is suspended. */
  #deciding: Policy | null = null
  #isSuspended = false
  #serving: Serving | null = null
  #staged: Policy | null = null
  /** The next bundle is nearly the same: looking at all of a large one again would hold up requests for half a second. */
  readonly #known: KnownParts = new Map()

  constructor(options: SlotOptions = {}) {
    this.#options = options
  }

  /** Take it once per request and keep it to the end of that request. Null: nothing is to be let through. */
  get current(): Policy | null {
    return this.#deciding
  }

  get serving(): Serving | null {
    return this.#serving
  }

  async stage(bundle: Bundle): Promise<Refusal | null> {
    this.#staged = null
    const { hosts = {}, bind } = this.#options
    let policy: Policy
    try {
      policy = await instantiate(bundle, { hosts, known: this.#known })
    } catch (error) {
      if (error instanceof PolicyError) return { kind: 'refused', code: error.code, message: error.message }
      throw error
    }
    const problems = bind?.(policy) ?? []
    if (problems.length > 0) return { kind: 'refused', code: 'bind', message: problems.join('; ') }
    try {
      await warm(policy)
    } catch (error) {
      const message = `a decision of the policy throws: ${messageOf(error)}${policy.placeOf(error)}`
      return { kind: 'refused', code: 'warm', message }
    }
    this.#staged = policy
    return null
  }

  commit(): void {
    if (this.#staged === null) throw new Error('there is no policy that was staged')
    const { clock = Date.now, onSwap } = this.#options
    const { revision, manifest } = this.#staged
    this.#current = this.#staged
    this.#serving = { revision, sequence: manifest.sequence, since: clock() }
    this.#staged = null
    if (!this.#isSuspended) this.#deciding = this.#current
    onSwap?.(this.#current)
  }

  drop(): void {
    this.#staged = null
  }

  suspend(isSuspended: boolean): void {
    this.#isSuspended = isSuspended
    this.#deciding = isSuspended ? null : this.#current
  }
}
