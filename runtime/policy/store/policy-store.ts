import { hasExpired, type Manifest } from '../../abi/index.ts'
import type { Operator } from '../../base/operator.ts'
import { LastGood, type LastGoodOptions } from './last-good.ts'
import { holds, isSamePolicy } from './note.ts'
import type { Activation, Origin, PolicyEvent, PolicyStatus, Vetted } from './policy-status.ts'
import type { PolicyRefusal, PolicyTarget, StoreProblem } from './policy-target.ts'
import { readVerified } from './read-verified.ts'
import { refusalOf, refuseBundle, refuseExpired } from './refuse.ts'

export interface PolicyStoreOptions extends LastGoodOptions {
  readonly enforcers: PolicyTarget
  /** Whether a stale policy is suspended. If not, a warning is logged. */
  readonly closesWhenStale?: boolean
  /** Whether an expired policy is suspended, and refused at the start. If not, a warning is logged. Default: true. */
  readonly closesWhenExpired?: boolean
  /**
   * Receives each event after it occurred, for logs, records and metrics. Exceptions are dropped, because a full log must not
   * affect decisions. `before` is the revision that was active before, or still is. `asking` is the operator who requested the
   * event, or `null`.
   */
  readonly onEvent?: (
    event: PolicyEvent | { readonly kind: 'released'; readonly revision: string },
    before: string | null,
    asking: Operator | null,
  ) => void
}

/** A bundle that becomes the active policy. */
interface Change {
  readonly origin: Origin
  /** Revision that is rolled back; default: none. */
  readonly gone?: string
  /** Operator who requested it; default: none. */
  readonly asking?: Operator | null
  /** Whether the bundle was read from the state folder. Default: no. */
  readonly isStored?: boolean
}

const LAST_GOOD: Change = { origin: 'last-good', isStored: true }

const NO_PREVIOUS = 'there is no policy before this one to go back to'

/**
 * The manager of the active policy. A bundle is read, verified and prepared in all processes beside the active policy, then
 * stored on disk, then activated in all processes. If any step fails, the old policy remains active and the status shows the
 * failure. Bundles are processed in order.
 */
export class PolicyStore {
  readonly #options: PolicyStoreOptions
  readonly #lastGood: LastGood
  readonly #refusals = new Map<StoreProblem, number>()
  /** Of the active policy and the previous one. */
  #manifest: Manifest | null = null
  #bytes: Uint8Array | null = null
  #previous: Uint8Array | null = null
  #active: PolicyStatus['active'] = null
  #lastError: PolicyStatus['lastError'] = null
  #activations = 0
  /** Whether the source's latest bundle is active or quarantined. */
  #agrees = false

  /**
   * Opens the store and reads its state.
   *
   * @throws StateError if earlier state is unreadable
   */
  static async open(options: PolicyStoreOptions): Promise<PolicyStore> {
    return new PolicyStore(options, await LastGood.open(options))
  }

  private constructor(options: PolicyStoreOptions, lastGood: LastGood) {
    this.#options = options
    this.#lastGood = lastGood
  }

  /** Manifest of the active policy, or `null` without one. */
  get manifest(): Manifest | null {
    return this.#manifest
  }

  get status(): PolicyStatus {
    const { quarantined, confirmed } = this.#lastGood
    const { expires } = this.#manifest ?? {}
    const [stale, expired] = [this.#lastGood.isStale(), this.#hasExpired()]
    const { closesWhenStale = false, closesWhenExpired = true } = this.#options
    return {
      ...{ active: this.#active, lastError: this.#lastError, quarantined, confirmed, stale, expired },
      expires: expires === undefined ? null : Date.parse(expires),
      suspended: expired && closesWhenExpired ? 'expired' : stale && closesWhenStale ? 'stale' : null,
      ...{ activations: this.#activations, refusals: this.#refusals },
    }
  }

  /** Activates a bundle. Never throws. */
  activate(bytes: Uint8Array): Promise<Activation> {
    // Copied, so that what is stored is what was verified.
    const own = Uint8Array.from(bytes)
    return this.#inTurn(() => this.#take(own, { origin: 'source' }))
  }

  promote(bytes: Uint8Array, asking: Operator | null): Promise<Activation> {
    return this.#inTurn(() => this.#take(bytes, { origin: 'rollout', asking }), asking)
  }

  /**
   * Returns whether a bundle would be accepted before instantiation, without any effect. Never throws.
   *
   * @param least minimum sequence number
   */
  vet(bytes: Uint8Array, least = -1): Promise<Vetted> {
    const work = async (): Promise<Vetted> => {
      const bundle = await readVerified(bytes, this.#options)
      if ('kind' in bundle) return bundle
      const { revision, sequence } = bundle.manifest
      if (this.#isServing(bundle.manifest)) return { kind: 'serves', revision, sequence }
      if (hasExpired(bundle.manifest, this.#options.clock())) return refuseExpired(bundle.manifest)
      return (await this.#refusedSequence(bundle.manifest, 'source', least)) ?? { kind: 'fit', bundle }
    }
    return this.#options.enforcers.turns.take(work).catch(refusalOf)
  }

  /**
   * Reports the refusal of a bundle that was offered as candidate. `asking` is the operator who offered it, or `null` if the
   * source did.
   */
  turnDown(refusal: PolicyRefusal, asking: Operator | null): void {
    if (asking !== null) return void this.#tell(refusal, this.#active?.revision ?? null, asking)
    this.#agrees = refusal.code === 'quarantined'
    this.confirm()
    this.#settle(refusal)
  }

  /** Reports that the source's bundle is the candidate. While it is, the source confirms the active policy. */
  agree(): void {
    this.#agrees = true
    this.#lastError = null
    this.confirm()
  }

  /** Reports that the source's bundle is neither the candidate nor active. */
  differ({ code, message }: { readonly code: string; readonly message: string }): void {
    this.#agrees = false
    this.#lastError = { code, message, at: this.#options.clock() }
  }

  /**
   * Quarantines a candidate that was never active, so that it is not accepted again. If the quarantine cannot be written to disk,
   * `holdAgain` tries again. Never throws.
   */
  hold(revision: string): Promise<null | PolicyRefusal> {
    return this.#inTurn(async () => {
      await this.#lastGood.quarantine(revision)
      return null
    })
  }

  /** Writes quarantines to disk that could not be written before. Returns false if that is not possible yet. Never throws. */
  holdAgain(): Promise<boolean> {
    const work = async () => {
      if (!this.#lastGood.isUnwritten) return true
      await this.#lastGood.writeQuarantine()
      if (this.#lastError?.code === 'state') this.#lastError = null
      return true
    }
    return this.#options.enforcers.turns.take(work).catch(() => false)
  }

  /** Activates the last good bundle if no policy is active. Returns `null` if there is none. Never throws. */
  recover(): Promise<Activation | null> {
    return this.#inTurn(async () => {
      if (this.#manifest !== null) return null
      const bytes = await this.#lastGood.bundle()
      if (bytes === null) return null
      const event = await this.#take(bytes, LAST_GOOD)
      if (event.kind !== 'refused' || event.code !== 'quarantined') return event
      // The process was killed during a rollback.
      const before = await this.#lastGood.previous()
      if (before === null) return event
      const finished = await this.#take(before, LAST_GOOD)
      if (finished.kind !== 'refused') await this.#lastGood.finishRollback(before)
      return finished
    })
  }

  /**
   * Activates the previous policy and quarantines the current one. The quarantine survives restarts, until another policy is
   * accepted or `release` is called. Never throws.
   */
  rollback(asking: Operator | null = null): Promise<Activation> {
    return this.#inTurn(async () => {
      const gone = this.#manifest
      const bytes = this.#previous ?? (await this.#lastGood.previous())
      if (bytes === null || gone === null) {
        const refused = refuseBundle('no-previous', NO_PREVIOUS)
        this.#tell(refused, this.#active?.revision ?? null, asking)
        return refused
      }
      return await this.#take(bytes, { origin: 'rollback', gone: gone.revision, asking })
    }, asking)
  }

  /**
   * Adopts rollbacks and promotions by another store with the same state folder. Writes nothing, as the other store may have
   * changed more meanwhile. Never throws.
   */
  heed(): Promise<Activation | null> {
    return this.#inTurn(async () => {
      const note = this.#lastGood.isShared ? await this.#lastGood.noted() : null
      const { revision = null, sequence = -1 } = this.#active ?? {}
      if (note === null || revision === null) return null
      if (note.revision === revision) {
        // The policy is the same; the quarantine may differ.
        this.#lastGood.adopt(note)
        return null
      }
      // This one's bundle is newer and not stored yet.
      if (this.#lastGood.isPending && !holds(note, revision) && note.sequence <= sequence) return null
      this.#lastGood.adopt(note)
      const bytes = await this.#lastGood.bundle()
      if (bytes === null) return null
      const change = holds(note, revision) ? ({ origin: 'rollback', gone: revision } as const) : ({ origin: 'rollout' } as const)
      return await this.#take(bytes, { ...change, isStored: true })
    })
  }

  /**
   * Stores the active policy now, and later ones on activation, so that a restart finds them.
   *
   * @throws StateError if it cannot be stored; nothing is stored then
   */
  async keep(): Promise<void> {
    await this.#options.enforcers.turns.take(() => this.#lastGood.keep(this.#manifest))
  }

  /** Lifts a quarantine, so that the source may offer the policy again. Returns false if there was none. Never throws. */
  release(asking: Operator | null = null): Promise<boolean | PolicyRefusal> {
    return this.#inTurn(async () => {
      const quarantined = await this.#lastGood.release()
      if (quarantined === null) return false
      this.#tell({ kind: 'released', revision: quarantined }, this.#active?.revision ?? null, asking)
      return true
    }, asking)
  }

  /** Reports that the source still has its latest bundle. */
  confirm(): void {
    // A source with only a refused bundle does not confirm the active one.
    if (this.#agrees) this.#lastGood.confirm()
  }

  #hasExpired(): boolean {
    return this.#manifest !== null && hasExpired(this.#manifest, this.#options.clock())
  }

  /** Reports that the source has no usable bundle. */
  report(code: 'source-missing' | 'source-unreadable', message: string): void {
    this.#agrees = false
    this.#settle({ kind: 'refused', code, message })
  }

  #inTurn<T>(work: () => Promise<T>, asking: Operator | null = null): Promise<T | PolicyRefusal> {
    return this.#options.enforcers.turns.take(work).catch((error: unknown): PolicyRefusal => {
      const event = refusalOf(error)
      this.#settle(event, undefined, asking)
      return event
    })
  }

  async #take(bytes: Uint8Array, change: Change): Promise<Activation> {
    const { origin, asking = null } = change
    const before = this.#active?.revision ?? null
    const event = await this.#try(bytes, change)
    if (origin === 'source') {
      this.#agrees = event.kind !== 'refused' || event.code === 'quarantined'
      this.confirm()
    }
    this.#settle(event, before, asking)
    return event
  }

  async #try(bytes: Uint8Array, change: Change): Promise<Activation> {
    const { origin, gone = null } = change
    const { enforcers, clock } = this.#options
    const bundle = await readVerified(bytes, this.#options)
    if ('kind' in bundle) return bundle
    const { manifest } = bundle
    const { revision, sequence } = manifest
    const isServing = this.#isServing(manifest)
    if (isServing && gone !== null) return refuseBundle('no-previous', NO_PREVIOUS)
    const refused = gone === null ? await this.#refusedSequence(manifest, origin) : null
    // The source may also return to the restored policy.
    if (refused !== null)
      return isServing && this.#active?.origin === 'rollback' ? { kind: 'unchanged', revision, sequence } : refused
    if (hasExpired(manifest, clock()) && !this.#takesExpired(manifest, isServing, origin)) return refuseExpired(manifest)
    if (isServing) {
      const failed = await this.#remember(bytes, manifest, change)
      if (failed !== null) return failed
      this.#bytes = bytes
      this.#manifest = manifest
      this.#active = { revision, sequence, since: this.#active?.since ?? clock(), origin }
      return { kind: 'unchanged', revision, sequence }
    }
    const failed = (await enforcers.prepare({ bundle })) ?? (await this.#remember(bytes, manifest, change))
    if (failed !== null) {
      enforcers.drop()
      return failed
    }
    if (change.isStored) this.#lastGood.assumeStored(bytes)
    await enforcers.commit()
    this.#previous = gone === null ? this.#bytes : null
    this.#bytes = bytes
    this.#manifest = manifest
    this.#active = { revision, sequence, since: clock(), origin }
    this.#activations++
    return { kind: 'activated', revision, sequence, origin }
  }

  /** The active policy adds nothing new; the last good one may be all there is. */
  #takesExpired({ expires }: Manifest, isServing: boolean, origin: Origin): boolean {
    if (isServing) return this.#manifest?.expires === expires
    return origin === 'last-good' && this.#options.closesWhenExpired === false
  }

  #isServing(manifest: Manifest): boolean {
    return this.#manifest !== null && isSamePolicy(this.#manifest, manifest)
  }

  async #refusedSequence({ sequence, revision }: Manifest, origin: Origin, least = -1): Promise<PolicyRefusal | null> {
    // Another store may have quarantined one.
    const note = await this.#lastGood.noted()
    this.#lastGood.adopt(note)
    // A restored policy has a lower sequence.
    if (origin === 'last-good' && note.revision === revision) return null
    if (holds(note, revision))
      return refuseBundle('quarantined', 'the policy was rolled back and is quarantined until it is released')
    const accepted = Math.max(this.#active?.sequence ?? -1, this.#lastGood.leastSequence(note), least)
    if (sequence >= accepted) return null
    return refuseBundle('sequence', `the bundle has the sequence ${sequence}, and ${accepted} was accepted before`)
  }

  async #remember(bytes: Uint8Array, manifest: Manifest, { isStored, gone }: Change): Promise<PolicyRefusal | null> {
    return isStored ? null : await this.#lastGood.store(bytes, manifest, gone)
  }

  #settle(event: Activation, before: string | null = this.#active?.revision ?? null, asking: Operator | null = null): void {
    if (event.kind === 'refused') {
      this.#refusals.set(event.code, (this.#refusals.get(event.code) ?? 0) + 1)
      this.#lastError = { code: event.code, message: event.message, at: this.#options.clock() }
    } else if (this.#active?.origin !== 'last-good') {
      this.#lastError = null
    }
    this.#tell(event, before, asking)
  }

  #tell(...[event, before, asking]: Parameters<NonNullable<PolicyStoreOptions['onEvent']>>): void {
    try {
      this.#options.onEvent?.(event, before, asking)
    } catch {
      // The listener has missed it; the status still shows it.
    }
  }
}
