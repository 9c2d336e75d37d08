import { createHash } from 'node:crypto'
import type { Manifest } from '../../abi/index.ts'
import { messageOf } from '../../base/errors.ts'
import type { ReadOptions } from '../bundle/read-bundle.ts'
import { type AcceptedNote, holds, isSameNote, NOTHING_ACCEPTED, noteOf } from './note.ts'
import type { PolicyRefusal } from './policy-target.ts'
import { sequenceFound } from './read-verified.ts'
import { refuseBundle } from './refuse.ts'
import { openStateDirectory, type StateDirectory, StateError } from './state-directory.ts'

export interface LastGoodOptions extends ReadOptions {
  /** State folder, or `null` to keep all state in memory, as `--dev` does. */
  readonly state: string | null
  /**
   * Whether bundles are stored at once. If false, they wait for `keep`, as the configuration may still be refused. Default:
   * true.
   */
  readonly keeps?: boolean
  /** Milliseconds without contact to its source after which a policy is stale. Default: never. */
  readonly maxStaleness?: number | null
  readonly clock: () => number
}

/** Milliseconds between two notes that the source was reached. */
const TOUCH = 10_000

/** The last good bundle, the highest accepted sequence number and the quarantines, on disk and in memory. */
export class LastGood {
  readonly #options: LastGoodOptions
  readonly #state: StateDirectory | null
  /** Sequence of the stored last good bundle; −1: none. */
  readonly #found: number
  #note: AcceptedNote
  /** A quarantine that could not be written. */
  #unwritten: string | null = null
  #keeps: boolean
  /** Pending until `keep`. */
  #unkept: Uint8Array | null = null
  /** Digest of the last good bundle on disk, as known here. */
  #digest: string | null = null
  #confirmed: number | null
  /** Time of the last note on disk. */
  #touched = Number.NEGATIVE_INFINITY

  /**
   * Reads the state on disk.
   *
   * @throws StateError if earlier state is unreadable
   */
  static async open(options: LastGoodOptions): Promise<LastGood> {
    if (options.state === null) return new LastGood(options, null, -1, NOTHING_ACCEPTED, null)
    const state = await openStateDirectory(options.state)
    const [found, note] = [await sequenceFound(state, options), await state.note()]
    const confirmed = await state.confirmed()
    // A clock that was ahead must not extend its validity.
    return new LastGood(options, state, found, note, confirmed && Math.min(confirmed, options.clock()))
  }

  private constructor(
    options: LastGoodOptions,
    state: StateDirectory | null,
    found: number,
    note: AcceptedNote,
    confirmed: number | null,
  ) {
    this.#options = options
    this.#state = state
    this.#found = found
    this.#note = note
    this.#keeps = options.keeps ?? true
    this.#confirmed = confirmed
  }

  /** A quarantined revision, which is not accepted again, or `null` without one. */
  get quarantined(): string | null {
    return this.#note.quarantined ?? this.#note.tried
  }

  /** Time at which the source last confirmed a policy, in milliseconds since 1970, or `null` if it has not. */
  get confirmed(): number | null {
    return this.#confirmed
  }

  /** Whether the state is in a folder, where another process of the proxy can change it. */
  get isShared(): boolean {
    return this.#state !== null
  }

  /** Whether the active bundle is not stored yet, because `keep` has not been called. */
  get isPending(): boolean {
    return this.#unkept !== null
  }

  /** Whether a quarantine is not on disk yet, so that `writeQuarantine` must be called again. */
  get isUnwritten(): boolean {
    return this.#unwritten !== null
  }

  /**
   * Returns the last good bundle, or `null` if none is stored.
   *
   * @throws StateError if it is unreadable
   */
  async bundle(): Promise<Uint8Array | null> {
    return (await this.#state?.lastGood()) ?? null
  }

  /**
   * Returns the bundle before the last good one, or `null` if none is stored.
   *
   * @throws StateError if it is unreadable
   */
  async previous(): Promise<Uint8Array | null> {
    return (await this.#state?.previous()) ?? null
  }

  /**
   * Returns the note of accepted and quarantined policies on disk, which another process may have changed.
   *
   * @throws StateError if it is unreadable
   */
  async noted(): Promise<AcceptedNote> {
    const note = (await this.#state?.note()) ?? this.#note
    return this.#unwritten === null ? note : { ...note, tried: this.#unwritten }
  }

  /** Replaces the note in memory by one that `noted` has read from disk. */
  adopt(note: AcceptedNote): void {
    this.#note = note
  }

  /** Returns the least sequence number that a bundle must have according to a note. */
  leastSequence({ sequence }: AcceptedNote): number {
    return Math.max(this.#found, sequence)
  }

  /**
   * Notes that these bytes of the active policy are the bundle on disk, because they were read from there. `store` and `keep`
   * then do not write them again.
   */
  assumeStored(bytes: Uint8Array): void {
    this.#unkept = null
    this.#digest = digestOf(bytes)
  }

  /**
   * Stores a bundle before its activation, as a restart could revert one that is not stored.
   *
   * @param gone revision that is rolled back, or `null`
   */
  async store(
    bytes: Uint8Array,
    { sequence, revision }: Pick<Manifest, 'sequence' | 'revision'>,
    gone: string | null = null,
  ): Promise<PolicyRefusal | null> {
    if (!this.#keeps) {
      this.#unkept = bytes
      return null
    }
    const digest = digestOf(bytes)
    try {
      const before = await this.noted()
      const note = noteOf(before, { sequence, revision }, gone)
      // Compares bytes: equal content may have another key's signature.
      if (this.#digest !== digest || !isSameNote(before, note)) {
        this.#digest = null
        if (gone === null) await this.#state?.accept(bytes, note)
        else await this.#state?.rollback(bytes, note, this.#confirmed ?? 0)
        this.#digest = digest
        this.#unwritten = null
      }
      this.#note = note
      return null
    } catch (error) {
      return refuseBundle('state', `the bundle cannot be kept as last good: ${messageOf(error)}`)
    }
  }

  /**
   * Stores the active policy now, and later ones on activation.
   *
   * @throws StateError if it cannot be stored; nothing is stored then
   */
  async keep(active: Manifest | null): Promise<void> {
    this.#keeps = true
    const bytes = this.#unkept
    this.#unkept = null
    // Another store has rolled it back; `heed` follows.
    if (bytes === null || active === null || holds(await this.noted(), active.revision)) return
    const failed = await this.store(bytes, active)
    if (failed === null) return
    this.#keeps = false
    this.#unkept = bytes
    throw new StateError(failed.message)
  }

  /**
   * Completes a rollback that a killed process has begun: makes the previous bundle the last good one. If it fails, the next
   * start tries again.
   */
  async finishRollback(before: Uint8Array): Promise<void> {
    await this.#state?.rollback(before, this.#note, this.#confirmed ?? 0).catch(() => {})
  }

  /**
   * Quarantines a candidate, in memory even if the quarantine cannot be written.
   *
   * @throws if it cannot be written
   */
  async quarantine(revision: string): Promise<void> {
    this.#unwritten = revision
    this.#note = { ...this.#note, tried: revision }
    await this.writeQuarantine()
  }

  /**
   * Writes pending quarantines.
   *
   * @throws if they cannot be written yet
   */
  async writeQuarantine(): Promise<void> {
    const note = await this.noted()
    await this.#state?.write(note)
    this.#note = note
    this.#unwritten = null
  }

  /**
   * Lifts all quarantines and returns one of the revisions, or `null` if there was none.
   *
   * @throws if the change cannot be written
   */
  async release(): Promise<string | null> {
    const { quarantined } = this
    if (quarantined === null) return null
    const note = { ...this.#note, quarantined: null, tried: null }
    await this.#state?.write(note)
    this.#note = note
    this.#unwritten = null
    return quarantined
  }

  /** Notes that the source confirms the last good bundle at this time. */
  confirm(): void {
    const { maxStaleness = null, clock } = this.#options
    const now = clock()
    this.#confirmed = now
    // Persisted, but not for each check of a file.
    if (maxStaleness === null || !this.#keeps || Math.abs(now - this.#touched) < TOUCH) return
    this.#touched = now
    this.#state?.confirm(now)
  }

  isStale(): boolean {
    const { maxStaleness = null, clock } = this.#options
    return maxStaleness !== null && this.#confirmed !== null && clock() - this.#confirmed > maxStaleness
  }
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url')
}
