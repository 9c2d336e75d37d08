import { createHash } from 'node:crypto'
import { canonicalJson, type Manifest } from '../../abi/index.ts'
import type { KnownParts } from '../../abi/whitelist/index.ts'
import type { PublicKey } from '../bundle/public-key.ts'
import { type ReadOptions, readBundle } from '../bundle/read-bundle.ts'
import type { BundleRefusal } from '../bundle/refusal.ts'
import { messageOf } from '../message-of.ts'
import { instantiate } from '../module/instantiate.ts'
import type { Hosts, Policy } from '../module/policy.ts'
import { PolicyError, type PolicyProblem } from '../module/policy-error.ts'
import { warm } from '../module/warm.ts'
import { lackingNeeds } from '../needs.ts'
import { openStateDirectory, type StateDirectory, StateError } from './state-directory.ts'

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
  /** How many of them must have signed; 1 where left out. */
  readonly signatures?: number
  /** A directory; null remembers nothing over a restart, for `--dev`. */
  readonly state: string | null
  readonly hosts?: Hosts
  /** Whether the configuration binds every service and identity that the policy names: a sentence for each that it does not. */
  readonly bind?: (policy: Policy) => readonly string[]
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Called after each thing that happened, for logs and metrics. What it throws is dropped: a log that is full does not decide what serves. */
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
  /** The sequence of the bundle that was found as last good; −1: none. */
  readonly #found: number
  readonly #refusals = new Map<StoreProblem, number>()
  #current: Policy | null = null
  #active: PolicyStatus['active'] = null
  #lastError: PolicyStatus['lastError'] = null
  #activations = 0
  /** Digest of the bytes that are last good on disk, as far as this process knows. */
  #kept: string | null = null
  #queue: Promise<unknown> = Promise.resolve()
  /** The next bundle is nearly the same: looking at all of a large one again would hold up requests for half a second. */
  readonly #known: KnownParts = new Map()

  /** Throws `StateError` where what was accepted before cannot be known. */
  static async open(options: PolicyStoreOptions): Promise<PolicyStore> {
    if (options.state === null) return new PolicyStore(options, null, -1)
    const state = await openStateDirectory(options.state)
    return new PolicyStore(options, state, await sequenceFound(state, options))
  }

  private constructor(options: PolicyStoreOptions, state: StateDirectory | null, found: number) {
    this.#options = options
    this.#state = state
    this.#found = found
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
    // What was verified is what is kept, whatever the caller does with its bytes meanwhile.
    const own = Uint8Array.from(bytes)
    return this.#inTurn(() => this.#take(own, 'source'))
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
      const code = error instanceof StateError ? 'state' : 'internal'
      const event: Refusal = { kind: 'refused', code, message: messageOf(error) }
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
    const { hosts = {}, bind } = this.#options
    const read = await readBundle(bytes, readOptions(this.#options))
    if (!read.ok) return { kind: 'refused', code: read.code, message: read.message }
    const { manifest } = read.bundle
    const refused = await this.#refusedManifest(manifest)
    if (refused !== null) return refused
    const { revision, sequence } = manifest
    if (this.#current !== null && isSamePolicy(this.#current.manifest, manifest)) {
      const failed = await this.#remember(bytes, manifest, origin)
      if (failed !== null) return failed
      this.#active = { revision, sequence, since: this.#active?.since ?? this.#options.clock(), origin }
      return { kind: 'unchanged', revision, sequence }
    }
    // Awaited because `tests/reload` puts loaders in its place that take their time, to show that they leak.
    const policy = await tryInstantiate(() => instantiate(read.bundle, { hosts, known: this.#known }))
    if ('code' in policy) return policy
    const problems = bind?.(policy) ?? []
    if (problems.length > 0) return { kind: 'refused', code: 'bind', message: problems.join('; ') }
    try {
      await warm(policy)
    } catch (error) {
      return {
        kind: 'refused',
        code: 'warm',
        message: `a decision of the policy throws: ${messageOf(error)}${policy.placeOf(error)}`,
      }
    }
    const failed = await this.#remember(bytes, manifest, origin)
    if (failed !== null) return failed
    if (origin === 'last-good') this.#kept = digestOf(bytes)
    this.#current = policy
    this.#active = { revision, sequence, since: this.#options.clock(), origin }
    this.#activations++
    return { kind: 'activated', revision, sequence, origin }
  }

  async #refusedManifest(manifest: Manifest): Promise<Refusal | null> {
    const lacking = lackingNeeds(manifest)
    if (lacking.length > 0) {
      const names = lacking.map((need) => `\`${need}\``).join(', ')
      return { kind: 'refused', code: 'needs', message: `the policy needs ${names}, which this runtime does not have` }
    }
    const accepted = Math.max(this.#active?.sequence ?? -1, this.#found, (await this.#state?.sequence()) ?? -1)
    if (manifest.sequence >= accepted) return null
    const message = `the bundle has the sequence ${manifest.sequence}, and ${accepted} was accepted before`
    return { kind: 'refused', code: 'sequence', message }
  }

  /** Before the swap: what could not be remembered could be rolled back by a restart. */
  async #remember(bytes: Uint8Array, { sequence, revision }: Manifest, origin: Origin): Promise<Refusal | null> {
    if (this.#state === null || origin === 'last-good') return null
    const digest = digestOf(bytes)
    try {
      // By its bytes: the same content may have come with the signature of the next key.
      if (this.#kept === digest && (await this.#state.sequence()) === sequence) return null
      this.#kept = null
      await this.#state.accept(bytes, sequence, revision)
      this.#kept = digest
      return null
    } catch (error) {
      return { kind: 'refused', code: 'state', message: `the bundle cannot be kept as last good: ${messageOf(error)}` }
    }
  }

  #settle(event: Activation): void {
    if (event.kind === 'refused') {
      this.#refusals.set(event.code, (this.#refusals.get(event.code) ?? 0) + 1)
      this.#lastError = { code: event.code, message: event.message, at: this.#options.clock() }
    } else if (this.#active?.origin === 'source') {
      this.#lastError = null
    }
    try {
      this.#options.onEvent?.(event)
    } catch {
      // Whoever listens has lost it; the status still tells.
    }
  }
}

/**
 * The sequence of the bundle that was kept as last good, −1 where there is none or it is not vouched for any more. It was accepted even if the
 * note of its sequence is older (the process was killed between the two) or gone. Throws `StateError` where neither tells.
 */
async function sequenceFound(state: StateDirectory, options: PolicyStoreOptions): Promise<number> {
  const noted = await state.sequence()
  const bytes = await state.lastGood()
  if (bytes === null) return -1
  const read = await readBundle(bytes, readOptions(options))
  if (read.ok) return read.bundle.manifest.sequence
  if (noted >= 0) return -1
  throw new StateError(
    `the last good bundle that was kept cannot be read (${read.code}), and there is no \`sequence.json\` beside it: ` +
      'restore it, or remove both to accept any',
  )
}

function readOptions({ keys, signatures, maxInflated }: PolicyStoreOptions): ReadOptions {
  return { keys, ...(signatures !== undefined && { signatures }), ...(maxInflated !== undefined && { maxInflated }) }
}

/** The same files and the same promises: only what may change from build to build does. */
function isSamePolicy(a: Manifest, b: Manifest): boolean {
  const promises = ({ sequence, compiler, tests, ...rest }: Manifest) => canonicalJson(rest)
  return a.revision === b.revision && promises(a) === promises(b)
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

async function tryInstantiate(make: () => Policy): Promise<Policy | Refusal> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof PolicyError) return { kind: 'refused', code: error.code, message: error.message }
    throw error
  }
}
