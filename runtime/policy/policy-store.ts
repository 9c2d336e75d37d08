import type { Manifest } from '../abi/index.ts'
import { instantiate } from './instantiate.ts'
import { lackingNeeds } from './needs.ts'
import type { Hosts, Policy } from './policy.ts'
import { PolicyError, type PolicyProblem } from './policy-error.ts'
import type { PublicKey } from './public-key.ts'
import { readBundle } from './read-bundle.ts'
import type { BundleRefusal } from './refusal.ts'
import { openStateDirectory, type StateDirectory } from './state-directory.ts'
import { warm } from './warm.ts'

/** Stable: `spec/language/bundle.md` explains each. */
export const STORE_PROBLEMS = [
  'needs',
  'sequence',
  'bind',
  'warm',
  'state',
  'source-missing',
  'source-unreadable',
  'internal',
] as const
export type StoreProblem = BundleRefusal | PolicyProblem | (typeof STORE_PROBLEMS)[number]

export interface PolicyStoreOptions {
  readonly keys: readonly PublicKey[] | 'unverified'
  /** A directory; null remembers nothing over a restart, for `--dev`. */
  readonly state: string | null
  readonly hosts?: Hosts
  /** Whether the configuration binds every service and identity that the policy names: a sentence for each that it does not. */
  readonly bind?: (policy: Policy) => readonly string[]
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Called after each thing that happened, for logs and metrics. */
  readonly onEvent?: (event: PolicyEvent) => void
  readonly maxInflated?: number
}

export type Origin = 'source' | 'last-good'

export type PolicyEvent =
  | { readonly kind: 'activated'; readonly revision: string; readonly sequence: number; readonly origin: Origin }
  /** The same content as the active one; its sequence may be higher. */
  | { readonly kind: 'unchanged'; readonly revision: string; readonly sequence: number }
  | { readonly kind: 'refused'; readonly code: StoreProblem; readonly message: string }

export type Activation = Exclude<PolicyEvent, { kind: 'refused' }> | Refusal
type Refusal = Extract<PolicyEvent, { kind: 'refused' }>

export interface PolicyStatus {
  readonly active: {
    readonly revision: string
    readonly sequence: number
    /** Since when, in milliseconds since 1970. */
    readonly since: number
    /** `last-good`: the source has not given one since the start. */
    readonly origin: Origin
  } | null
  /** Why what the source last gave is not what serves; null where it is. */
  readonly lastError: { readonly code: StoreProblem; readonly message: string; readonly at: number } | null
  /** How often a policy became active. */
  readonly activations: number
  readonly refusals: ReadonlyMap<StoreProblem, number>
}

/**
 * Holds the active policy. A candidate is read, verified, instantiated and warmed beside it; then one reference changes. Whatever
 * fails on the way leaves the old one serving, and stands in the status. Candidates come one after the other, in the order given.
 */
export class PolicyStore {
  readonly #options: PolicyStoreOptions
  readonly #state: StateDirectory | null
  readonly #refusals = new Map<StoreProblem, number>()
  #current: Policy | null = null
  #active: PolicyStatus['active'] = null
  #lastError: PolicyStatus['lastError'] = null
  #activations = 0
  #queue: Promise<unknown> = Promise.resolve()

  /** Throws `StateError` where what was accepted before cannot be known. */
  static async open(options: PolicyStoreOptions): Promise<PolicyStore> {
    return new PolicyStore(options, options.state === null ? null : await openStateDirectory(options.state))
  }

  private constructor(options: PolicyStoreOptions, state: StateDirectory | null) {
    this.#options = options
    this.#state = state
  }

  /** Take it once per request and keep it to the end of that request. */
  get current(): Policy | null {
    return this.#current
  }

  get status(): PolicyStatus {
    return { active: this.#active, lastError: this.#lastError, activations: this.#activations, refusals: this.#refusals }
  }

  /** Tries a candidate. Never throws. */
  activate(bytes: Uint8Array): Promise<Activation> {
    return this.#inTurn(() => this.#take(bytes, 'source'))
  }

  /** Serves the last good bundle if nothing serves yet; null where there is none. Never throws. */
  recover(): Promise<Activation | null> {
    return this.#inTurn(async () => {
      if (this.#current !== null) return null
      const bytes = await this.#state?.lastGood()
      return bytes ? await this.#take(bytes, 'last-good') : null
    })
  }

  /** The source had nothing to try, and why. */
  report(code: 'source-missing' | 'source-unreadable', message: string): void {
    this.#settle({ kind: 'refused', code, message })
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T | Refusal> {
    const turn = this.#queue.then(work).catch((error: unknown): Refusal => {
      const event: Refusal = {
        kind: 'refused',
        code: 'internal',
        message: error instanceof Error ? error.message : String(error),
      }
      this.#settle(event)
      return event
    })
    this.#queue = turn
    return turn
  }

  async #take(bytes: Uint8Array, origin: Origin): Promise<Activation> {
    const event = await this.#try(bytes, origin)
    this.#settle(event)
    return event
  }

  async #try(bytes: Uint8Array, origin: Origin): Promise<Activation> {
    const { keys, maxInflated, hosts = {}, bind } = this.#options
    const read = await readBundle(bytes, { keys, ...(maxInflated !== undefined && { maxInflated }) })
    if (!read.ok) return { kind: 'refused', code: read.code, message: read.message }
    const { manifest } = read.bundle
    const refused = this.#refusedManifest(manifest)
    if (refused !== null) return refused
    const { revision, sequence } = manifest
    if (this.#current?.revision === revision) {
      const failed = await this.#remember(bytes, manifest, origin)
      if (failed !== null) return failed
      this.#active = { revision, sequence, since: this.#active?.since ?? this.#options.clock(), origin }
      return { kind: 'unchanged', revision, sequence }
    }
    // Awaited because `tests/reload` puts loaders in its place that take their time, to show that they leak.
    const policy = await tryInstantiate(() => instantiate(read.bundle, { hosts }))
    if ('code' in policy) return policy
    const problems = bind?.(policy) ?? []
    if (problems.length > 0) return { kind: 'refused', code: 'bind', message: problems.join('; ') }
    try {
      await warm(policy)
    } catch (error) {
      return { kind: 'refused', code: 'warm', message: `a decision of the policy throws: ${(error as Error).message}` }
    }
    const failed = await this.#remember(bytes, manifest, origin)
    if (failed !== null) return failed
    this.#current = policy
    this.#active = { revision, sequence, since: this.#options.clock(), origin }
    this.#activations++
    return { kind: 'activated', revision, sequence, origin }
  }

  #refusedManifest(manifest: Manifest): Refusal | null {
    const lacking = lackingNeeds(manifest)
    if (lacking.length > 0) {
      const names = lacking.map((need) => `\`${need}\``).join(', ')
      return { kind: 'refused', code: 'needs', message: `the policy needs ${names}, which this runtime does not have` }
    }
    const accepted = Math.max(this.#active?.sequence ?? -1, this.#state?.sequence ?? -1)
    if (manifest.sequence >= accepted) return null
    const message = `the bundle has the sequence ${manifest.sequence}, and ${accepted} was accepted before`
    return { kind: 'refused', code: 'sequence', message }
  }

  /** Before the swap: what could not be remembered could be rolled back by a restart. */
  async #remember(bytes: Uint8Array, { sequence, revision }: Manifest, origin: Origin): Promise<Refusal | null> {
    if (this.#state === null || origin === 'last-good') return null
    if (this.#active?.revision === revision && this.#state.sequence === sequence) return null
    try {
      await this.#state.accept(bytes, sequence, revision)
      return null
    } catch (error) {
      return { kind: 'refused', code: 'state', message: `the bundle cannot be kept as last good: ${(error as Error).message}` }
    }
  }

  #settle(event: Activation): void {
    if (event.kind === 'refused') {
      this.#refusals.set(event.code, (this.#refusals.get(event.code) ?? 0) + 1)
      this.#lastError = { code: event.code, message: event.message, at: this.#options.clock() }
    } else if (this.#active?.origin === 'source') {
      this.#lastError = null
    }
    this.#options.onEvent?.(event)
  }
}

async function tryInstantiate(make: () => Policy): Promise<Policy | Refusal> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof PolicyError) return { kind: 'refused', code: error.code, message: error.message }
    throw error
  }
}
