import { parseStrictJson } from '../../../request/index.ts'
import type { KnownParts } from '../../abi/allowlist/index.ts'
import { messageOf } from '../../base/errors.ts'
import { SerialQueue } from '../../base/serial-queue.ts'
import { CandidateSlot } from '../candidate/candidate-slot.ts'
import { assemble } from '../module/assemble.ts'
import { instantiate } from '../module/instantiate.ts'
import type { Hosts, Policy } from '../module/policy.ts'
import { PolicyError } from '../module/policy-error.ts'
import { warm } from '../module/warm.ts'
import { runOwnTests } from '../tests/run-own-tests.ts'
import type { CandidateBundle, DataValue, NextPolicy, PolicyRefusal, PolicyTarget } from './policy-target.ts'

export interface SlotOptions {
  readonly hosts?: Hosts
  /** Returns one error sentence for each service, identity and datum that the policy declares but the configuration lacks. */
  readonly bind?: (policy: Policy) => readonly string[]
  readonly clock?: () => number
  /** Whether another process has checked the code (`PolicyCodeCheck`). */
  readonly isCodeChecked?: boolean
}

export interface Serving {
  readonly revision: string
  readonly sequence: number
  /** Time at which the policy became active, in milliseconds since 1970. */
  readonly since: number
}

interface Value {
  readonly version: string
  /** Value as JSON text. */
  readonly text: string
}

interface Prepared {
  /** Prepared policy, or null if there is none yet; data then waits for it. */
  readonly policy: Policy | null
  /** Data by name, including data that the policy does not use. */
  readonly values: ReadonlyMap<string, Value>
}

/** Holds the active policy of this process with its data, and the next policy while it is prepared. */
export class PolicySlot implements PolicyTarget {
  readonly turns = new SerialQueue()
  readonly candidates = new CandidateSlot({
    make: (bundle) => this.#make(bundle),
    withData: (policy) => withValues(policy, newTo(policy, this.#serves.values), this.#serves.values),
  })
  /** Called when another policy or other data become active, before their first request. */
  onSwap: () => void = () => {}
  readonly #options: SlotOptions
  #serves: Prepared = { policy: null, values: new Map() }
  #prepared: Prepared | null = null
  #serving: Serving | null = null
  /**
   * The active policy. `null` if there is none or it is suspended, in which case all requests are refused. A request must read
   * it once and keep it.
   */
  current: Policy | null = null
  #isSuspended = false
  /** The next bundle is usually similar: a full check of a large one would block for half a second. */
  readonly #known: KnownParts = new Map()

  constructor(options: SlotOptions = {}) {
    this.#options = options
  }

  /** The active policy, even while it is suspended. */
  get policy(): Policy | null {
    return this.#serves.policy
  }

  get serving(): Serving | null {
    return this.#serving
  }

  async prepare({ bundle, data = {} }: NextPolicy): Promise<PolicyRefusal | null> {
    this.#prepared = null
    const changed = readValues(data)
    if ('kind' in changed) return changed
    const values = new Map([...this.#serves.values, ...changed])
    const made = bundle === undefined ? this.#serves.policy : await this.#make(bundle)
    if (made !== null && 'kind' in made) return made
    const policy = made && withValues(made, bundle === undefined ? changed : values, values)
    if (policy !== null && 'kind' in policy) return policy
    this.#prepared = { policy, values }
    return null
  }

  commit(): void {
    if (this.#prepared === null) throw new Error('no policy was prepared before `commit`: this is a bug in iap; report it')
    const { clock = Date.now } = this.#options
    const { policy } = this.#prepared
    const before = this.#serves.policy
    this.#serves = this.#prepared
    this.#prepared = null
    this.candidates.follow(policy)
    if (policy === null) return
    const { revision, manifest } = policy
    if (before?.module !== policy.module) this.#serving = { revision, sequence: manifest.sequence, since: clock() }
    if (this.#isSuspended) return
    this.current = policy
    this.onSwap()
  }

  drop(): void {
    this.#prepared = null
  }

  suspend(isSuspended: boolean): void {
    this.#isSuspended = isSuspended
    this.current = isSuspended ? null : this.#serves.policy
    if (this.current !== null) this.onSwap()
  }

  async #make(bundle: CandidateBundle): Promise<Policy | PolicyRefusal> {
    const { hosts = {}, bind, isCodeChecked = false } = this.#options
    let policy: Policy
    try {
      policy = isCodeChecked ? assemble(bundle, { hosts }) : await instantiate(bundle, { hosts, known: this.#known })
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
    const { tests = null } = bundle
    const failed = tests === null ? null : await runOwnTests(policy, tests)
    return failed === null ? policy : { kind: 'refused', ...failed }
  }
}

function readValues(data: Readonly<Record<string, DataValue>>): ReadonlyMap<string, Value> | PolicyRefusal {
  const values = new Map<string, Value>()
  for (const [name, { version, text }] of Object.entries(data)) {
    const parsed = parseStrictJson(text)
    if (!parsed.ok) {
      const message = `data \`${name}\` is not valid JSON: ${parsed.message}, at offset ${parsed.offset}`
      return { kind: 'refused', code: 'data', message, pointer: '' }
    }
    values.set(name, { version, text })
  }
  return values
}

/** Returns the data whose version is new to the policy. */
function newTo({ versions }: Policy, values: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  return new Map([...values].filter(([name, { version }]) => versions[name] !== version))
}

/** Returns the policy with its new data and all versions. */
function withValues(
  policy: Policy,
  changed: ReadonlyMap<string, Value>,
  all: ReadonlyMap<string, Value>,
): Policy | PolicyRefusal {
  const names = policy.module.data.map(({ name }) => name)
  const news = names.filter((name) => changed.has(name))
  if (news.length === 0) return policy
  const texts = Object.fromEntries(news.map((name) => [name, changed.get(name)?.text as string]))
  const prepared = policy.prepareTexts(texts, policy.data)
  if (!prepared.ok) return { kind: 'refused', code: 'data', message: prepared.message, pointer: prepared.pointer }
  const versions = names.flatMap((name) => (all.has(name) ? [[name, all.get(name)?.version as string] as const] : []))
  return policy.over(prepared.data, Object.freeze(Object.fromEntries(versions)))
}
