import { createHash } from 'node:crypto'
import { hasExpired, type Manifest } from '../../abi/index.ts'
import { messageOf } from '../../base/errors.ts'
import type { Operator } from '../../base/operator.ts'
import type { PublicKey } from '../bundle/public-key.ts'
import { type AcceptedNote, holds, isSameNote, isSamePolicy, NOTHING_ACCEPTED, noteOf } from './note.ts'
import type { Activation, Origin, PolicyEvent, PolicyStatus, Vetted } from './policy-status.ts'
import type { PolicyRefusal, PolicyTarget, StoreProblem } from './policy-target.ts'
import { readVerified, sequenceFound } from './read-verified.ts'
import { refusalOf, refuseBundle, refuseExpired } from './refuse.ts'
import { openStateDirectory, type StateDirectory, StateError } from './state-directory.ts'

export interface PolicyStoreOptions {
  readonly keys: readonly PublicKey[] | 'unverified'
  /** How many of them must have signed; 1 where left out. */
  readonly signatures?: number
  /** A directory; null remembers nothing over a restart, for `--dev`. */
  readonly state: string | null
  /** False: nothing is kept there before `keep`, as whoever tries a configuration may not take it. Default: true. */
  readonly keeps?: boolean
  readonly enforcers: PolicyTarget
  /** Milliseconds for which a policy counts after its source was there last; without end where left out. */
  readonly maxStaleness?: number | null
  /** Whether nothing is let through from then on; else it is said. */
  readonly closesWhenStale?: boolean
  /**
   * Whether nothing is let through by a policy that has expired, and none is begun with; else it is said. True where left out.
   */
  readonly closesWhenExpired?: boolean
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /**
   * Called after each thing that happened, for logs, records and metrics. What it throws is dropped: a log that is full does not
   * decide what serves. `before`: the revision that decided before, or still does. `asking`: who has asked for it; null: nobody.
   */
  readonly onEvent?: (
    event: PolicyEvent | { readonly kind: 'released'; readonly revision: string },
    before: string | null,
    asking: Operator | null,
  ) => void
  readonly maxInflated?: number
}

const NO_PREVIOUS = 'there is no policy before this one to go back to'
/** Milliseconds between two notes on disk that the source was there. */
const TOUCH = 10_000

/**
 * Which policy is to serve. A candidate is read, verified, and prepared beside the one that serves, wherever it will serve; then it
 * is kept on disk, and takes over everywhere. Whatever fails on the way leaves the old one serving, and stands in the status.
 * Candidates come one after the other, in the order given.
 */
export class PolicyStore {
  readonly #options: PolicyStoreOptions
  readonly #state: StateDirectory | null
  /** The sequence of the bundle that was found as last good; −1: none. */
  readonly #found: number
  readonly #refusals = new Map<StoreProblem, number>()
  /** Of what serves, and of what served before. */
  #manifest: Manifest | null = null
  #bytes: Uint8Array | null = null
  #previous: Uint8Array | null = null
  #note: AcceptedNote = NOTHING_ACCEPTED
  /** What is quarantined, and could not be written. */
  #unwritten: string | null = null
  #active: PolicyStatus['active'] = null
  #lastError: PolicyStatus['lastError'] = null
  #activations = 0
  #confirmed: number | null = null
  /** What the source gave last serves, or is quarantined. */
  #agrees = false
  #keeps: boolean
  /** What is to be kept once something is. */
  #unkept: Uint8Array | null = null
  /** When that was noted on disk. */
  #touched = Number.NEGATIVE_INFINITY
  /** Digest of the bytes that are last good on disk, as far as this process knows. */
  #kept: string | null = null

  /** Throws `StateError` where what was accepted before cannot be known. */
  static async open(options: PolicyStoreOptions): Promise<PolicyStore> {
    if (options.state === null) return new PolicyStore(options, null, -1, NOTHING_ACCEPTED)
    const state = await openStateDirectory(options.state)
    const store = new PolicyStore(options, state, await sequenceFound(state, options), await state.note())
    const confirmed = await state.confirmed()
    // A clock that was ahead must not make it count for longer.
    store.#confirmed = confirmed && Math.min(confirmed, options.clock())
    return store
  }

  private constructor(options: PolicyStoreOptions, state: StateDirectory | null, found: number, note: AcceptedNote) {
    this.#options = options
    this.#keeps = options.keeps ?? true
    this.#state = state
    this.#found = found
    this.#note = note
  }

  get status(): PolicyStatus {
    const quarantined = this.#note.quarantined ?? this.#note.tried
    const { expires } = this.#manifest ?? {}
    const [stale, expired] = [this.#isStale(), this.#hasExpired()]
    const { closesWhenStale = false, closesWhenExpired = true } = this.#options
    return {
      ...{ active: this.#active, lastError: this.#lastError, quarantined, confirmed: this.#confirmed, stale, expired },
      expires: expires === undefined ? null : Date.parse(expires),
      suspended: expired && closesWhenExpired ? 'expired' : stale && closesWhenStale ? 'stale' : null,
      ...{ activations: this.#activations, refusals: this.#refusals },
    }
  }

  /** Tries a candidate. Never throws. */
  activate(bytes: Uint8Array): Promise<Activation> {
    // What was verified is what is kept, whatever the caller does with its bytes meanwhile.
    const own = Uint8Array.from(bytes)
    return this.#inTurn(() => this.#take(own, 'source'))
  }

  /** One that was a candidate serves. Never throws. */
  promote(bytes: Uint8Array, asking: Operator | null): Promise<Activation> {
    return this.#inTurn(() => this.#take(bytes, 'rollout', null, asking), asking)
  }

  /**
   * Whether a bundle would be taken, as far as that can be told before it is made a policy. Nothing is told of it, and nothing
   * changes. Never throws.
   * @param least the sequence that it has at least, whatever was accepted
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

  /** Whoever has it vetted does not make it the candidate. `asking` null: it came from the source. */
  turnDown(refusal: PolicyRefusal, asking: Operator | null): void {
    if (asking !== null) return void this.#tell(refusal, this.#active?.revision ?? null, asking)
    this.#agrees = refusal.code === 'quarantined'
    this.confirm()
    this.#settle(refusal)
  }

  /** What the source gives is a candidate: it vouches for what serves meanwhile. */
  agree(): void {
    this.#agrees = true
    this.#lastError = null
    this.confirm()
  }

  /** What the source gives is not a candidate any more, and does not serve. */
  differ({ code, message }: { readonly code: string; readonly message: string }): void {
    this.#agrees = false
    this.#lastError = { code, message, at: this.#options.clock() }
  }

  /**
   * It was gone back from before it ever served: it is not taken again, as one that did, which stays held beside it. Where that
   * cannot be written, it is so in this process, and `holdAgain` writes it. Never throws.
   */
  hold(revision: string): Promise<null | PolicyRefusal> {
    return this.#inTurn(async () => {
      this.#unwritten = revision
      this.#note = { ...this.#note, tried: revision }
      await this.#writeHeld()
      return null
    })
  }

  /** What could not be written of what is held is written now; false: it cannot be yet. Never throws. */
  holdAgain(): Promise<boolean> {
    const work = async () => {
      if (this.#unwritten === null) return true
      await this.#writeHeld()
      if (this.#lastError?.code === 'state') this.#lastError = null
      return true
    }
    return this.#options.enforcers.turns.take(work).catch(() => false)
  }

  async #writeHeld(): Promise<void> {
    const note = await this.#noted()
    await this.#state?.write(note)
    this.#note = note
    this.#unwritten = null
  }

  /** Serves the last good bundle if nothing serves yet; null where there is none. Never throws. */
  recover(): Promise<Activation | null> {
    return this.#inTurn(async () => {
      if (this.#manifest !== null) return null
      const bytes = await this.#state?.lastGood()
      if (!bytes) return null
      const event = await this.#take(bytes, 'last-good')
      if (event.kind !== 'refused' || event.code !== 'quarantined') return event
      // It was gone back from, and the process was killed before what it went back to was put in its place.
      const before = await this.#state?.previous()
      if (!before) return event
      const finished = await this.#take(before, 'last-good')
      // Should that fail, the next start does it.
      if (finished.kind !== 'refused') await this.#state?.rollback(before, this.#note, this.#confirmed ?? 0).catch(() => {})
      return finished
    })
  }

  /**
   * What served before serves again, and what is gone back from is not taken again, restarted or not, until another one comes or
   * it is released. Whoever asks for it may: its sequence is a lower one. Never throws.
   */
  rollback(asking: Operator | null = null): Promise<Activation> {
    return this.#inTurn(async () => {
      const gone = this.#manifest
      const bytes = this.#previous ?? (await this.#state?.previous()) ?? null
      if (bytes === null || gone === null) {
        const refused = refuseBundle('no-previous', NO_PREVIOUS)
        this.#tell(refused, this.#active?.revision ?? null, asking)
        return refused
      }
      return await this.#take(bytes, 'rollback', gone.revision, asking)
    }, asking)
  }

  /**
   * Another store of the same state may have gone back, or have promoted the candidate, while this one was tried: then this
   * one does, too. Never throws.
   */
  heed(): Promise<Activation | null> {
    return this.#inTurn(async () => {
      const note = this.#state === null ? undefined : await this.#noted()
      const { revision = null, sequence = -1 } = this.#active ?? {}
      if (note === undefined || revision === null) return null
      if (note.revision === revision) {
        // Of the same policy; what is held may be another one.
        this.#note = note
        return null
      }
      // What this one has is not kept yet, and later than what is.
      if (this.#unkept !== null && !holds(note, revision) && note.sequence <= sequence) return null
      this.#note = note
      const bytes = await this.#state?.lastGood()
      if (!bytes) return null
      return holds(note, revision) ? await this.#take(bytes, 'rollback', revision) : await this.#take(bytes, 'rollout')
    })
  }

  /** What serves is kept from now on, as what a restart would begin with. Rejects with `StateError`, and keeps nothing then. */
  async keep(): Promise<void> {
    await this.#options.enforcers.turns.take(async () => {
      this.#keeps = true
      const [bytes, manifest] = [this.#unkept, this.#manifest]
      this.#unkept = null
      // Another store of the same state has gone back from it: `heed` does, too.
      if (bytes === null || manifest === null || holds(await this.#noted(), manifest.revision)) return
      const failed = await this.#remember(bytes, manifest, 'source')
      if (failed === null) return
      this.#keeps = false
      this.#unkept = bytes
      throw new StateError(failed.message)
    })
  }

  /** What was gone back from may be taken again, once the source offers it. False: nothing was. Never throws. */
  release(asking: Operator | null = null): Promise<boolean | PolicyRefusal> {
    return this.#inTurn(async () => {
      const quarantined = this.#note.quarantined ?? this.#note.tried
      if (quarantined === null) return false
      const note = { ...this.#note, quarantined: null, tried: null }
      await this.#state?.write(note)
      this.#note = note
      this.#unwritten = null
      this.#tell({ kind: 'released', revision: quarantined }, this.#active?.revision ?? null, asking)
      return true
    }, asking)
  }

  /** The source was asked, and has what it gave last. */
  confirm(): void {
    // Who has nothing to give but what is refused does not vouch for what serves.
    if (!this.#agrees) return
    const now = this.#options.clock()
    this.#confirmed = now
    // Over a restart, too; not for each look at a file.
    if ((this.#options.maxStaleness ?? null) === null || !this.#keeps || Math.abs(now - this.#touched) < TOUCH) return
    this.#touched = now
    this.#state?.confirm(now)
  }

  #isStale(): boolean {
    const { maxStaleness = null, clock } = this.#options
    return maxStaleness !== null && this.#confirmed !== null && clock() - this.#confirmed > maxStaleness
  }

  #hasExpired(): boolean {
    return this.#manifest !== null && hasExpired(this.#manifest, this.#options.clock())
  }

  /** The source had nothing to try, and why. */
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

  async #take(
    bytes: Uint8Array,
    origin: Origin,
    gone: string | null = null,
    asking: Operator | null = null,
  ): Promise<Activation> {
    const before = this.#active?.revision ?? null
    const event = await this.#try(bytes, origin, gone)
    if (origin === 'source') {
      this.#agrees = event.kind !== 'refused' || event.code === 'quarantined'
      this.confirm()
    }
    this.#settle(event, before, asking)
    return event
  }

  /** `gone`: the revision that is gone back from. */
  async #try(bytes: Uint8Array, origin: Origin, gone: string | null): Promise<Activation> {
    const { enforcers, clock } = this.#options
    const bundle = await readVerified(bytes, this.#options)
    if ('kind' in bundle) return bundle
    const { manifest } = bundle
    const { revision, sequence } = manifest
    const isServing = this.#isServing(manifest)
    if (isServing && gone !== null) return refuseBundle('no-previous', NO_PREVIOUS)
    const refused = gone === null ? await this.#refusedSequence(manifest, origin) : null
    // After it was gone back to, the source may be brought back to it, too.
    if (refused !== null)
      return isServing && this.#active?.origin === 'rollback' ? { kind: 'unchanged', revision, sequence } : refused
    if (hasExpired(manifest, clock()) && !this.#takesExpired(manifest, isServing, origin)) return refuseExpired(manifest)
    if (isServing) {
      const failed = await this.#remember(bytes, manifest, origin)
      if (failed !== null) return failed
      this.#bytes = bytes
      this.#manifest = manifest
      this.#active = { revision, sequence, since: this.#active?.since ?? clock(), origin }
      return { kind: 'unchanged', revision, sequence }
    }
    const failed = (await enforcers.prepare({ bundle })) ?? (await this.#remember(bytes, manifest, origin, gone))
    if (failed !== null) {
      enforcers.drop()
      return failed
    }
    if (origin === 'last-good') this.#kept = digestOf(bytes)
    await enforcers.commit()
    this.#previous = gone === null ? this.#bytes : null
    this.#bytes = bytes
    this.#manifest = manifest
    this.#active = { revision, sequence, since: clock(), origin }
    this.#activations++
    return { kind: 'activated', revision, sequence, origin }
  }

  /** What serves has nothing new in it; and the last good one may be all that there is. */
  #takesExpired({ expires }: Manifest, isServing: boolean, origin: Origin): boolean {
    if (isServing) return this.#manifest?.expires === expires
    return origin === 'last-good' && this.#options.closesWhenExpired === false
  }

  /** Another store of the same state may have held one meanwhile. */
  async #noted(): Promise<AcceptedNote> {
    const note = (await this.#state?.note()) ?? this.#note
    return this.#unwritten === null ? note : { ...note, tried: this.#unwritten }
  }

  #isServing(manifest: Manifest): boolean {
    return this.#manifest !== null && isSamePolicy(this.#manifest, manifest)
  }

  async #refusedSequence({ sequence, revision }: Manifest, origin: Origin, least = -1): Promise<PolicyRefusal | null> {
    const note = await this.#noted()
    this.#note = note
    // It may be what was gone back to, whose sequence is lower.
    if (origin === 'last-good' && note.revision === revision) return null
    if (holds(note, revision))
      return refuseBundle('quarantined', 'the policy was gone back from: it is taken again once that is released')
    const accepted = Math.max(this.#active?.sequence ?? -1, this.#found, note.sequence, least)
    if (sequence >= accepted) return null
    return refuseBundle('sequence', `the bundle has the sequence ${sequence}, and ${accepted} was accepted before`)
  }

  /** Before the swap: what could not be remembered could be rolled back by a restart. */
  async #remember(
    bytes: Uint8Array,
    { sequence, revision }: Manifest,
    origin: Origin,
    gone: string | null = null,
  ): Promise<PolicyRefusal | null> {
    if (origin === 'last-good') return null
    if (!this.#keeps) {
      this.#unkept = bytes
      return null
    }
    const digest = digestOf(bytes)
    try {
      const before = await this.#noted()
      const note = noteOf(before, { sequence, revision }, gone)
      // By its bytes: the same content may have come with the signature of the next key.
      if (this.#kept !== digest || !isSameNote(before, note)) {
        this.#kept = null
        if (gone === null) await this.#state?.accept(bytes, note)
        else await this.#state?.rollback(bytes, note, this.#confirmed ?? 0)
        this.#kept = digest
        this.#unwritten = null
      }
      this.#note = note
      return null
    } catch (error) {
      return refuseBundle('state', `the bundle cannot be kept as last good: ${messageOf(error)}`)
    }
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
      // Whoever listens has lost it; the status still tells.
    }
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}
