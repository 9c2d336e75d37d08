import { messageOf } from '../../base/errors.ts'
import type { Operator } from '../../base/operator.ts'
import { SerialQueue } from '../../base/serial-queue.ts'
import type { Tally } from '../candidate/candidate.ts'
import type { Activation } from '../store/policy-status.ts'
import type { PolicyRefusal } from '../store/policy-target.ts'
import { candidateStatus } from './active-rollout.ts'
import type { Happening, Outside } from './machine/machine-event.ts'
import type { RolloutEffect } from './machine/rollout-effect.ts'
import { candidateOf, IDLE, noteOf, type RolloutState, restingOf } from './machine/rollout-state.ts'
import { transition } from './machine/transition.ts'
import type { LastNote } from './rollout-directory.ts'
import { RolloutNews } from './rollout-news.ts'
import { RolloutNotes } from './rollout-notes.ts'
import type { RolloutOptions } from './rollout-options.ts'
import type { Declined, RolloutStatus } from './rollout-status.ts'
import { runTask } from './run-task.ts'
import type { Wanted } from './wanted-share.ts'
import { decline, RETRY } from './why.ts'

/**
 * The rollout of policies. A candidate runs beside the active policy, in shadow mode first and then for growing shares of
 * subjects. It is then promoted, or rolled back and quarantined. At most one candidate exists. A new state is written to disk
 * before it applies, so that a restart resumes it; the end of a candidate applies before it is written. `machine/transition.ts`
 * decides. This class passes events to it one after the other and carries out the effects.
 */
export class Rollout {
  readonly #options: RolloutOptions
  readonly #notes: RolloutNotes
  readonly #news: RolloutNews
  readonly #turns = new SerialQueue()
  #state: RolloutState = IDLE
  #timer: NodeJS.Timeout | null = null
  #isLooking = false
  /** When to retry writing a quarantine; null: written. */
  #quarantineAt: number | null = null
  /** When to poll the source; null: never. */
  #askAt: number | null = null

  constructor(options: RolloutOptions) {
    this.#options = options
    const { directory, keeps = true, onEvent } = options
    this.#notes = new RolloutNotes(directory, keeps)
    this.#news = new RolloutNews(onEvent, keeps)
  }

  /** Whether there is a candidate. */
  get isOn(): boolean {
    return candidateOf(this.#state) !== null
  }

  /**
   * Share, step and tally of the candidate for metrics, or `null` without a candidate. `step` counts from 1; 0 if an operator has
   * set the share.
   */
  get figures(): { readonly parts: number; readonly step: number; readonly tally: Tally | null } | null {
    const seen = restingOf(this.#state)
    if (seen.kind !== 'running') return null
    const { share, step } = seen.candidate.note
    return { parts: share.parts, step: step === null ? 0 : step + 1, tally: seen.tally }
  }

  async status(): Promise<RolloutStatus> {
    const tally = this.isOn ? await this.#options.candidates.tally() : null
    const seen = restingOf(this.#state)
    const { last } = this.#notes
    if (seen.kind !== 'running') return { candidate: null, last }
    const { candidate, waits, problem } = seen
    return { candidate: candidateStatus(candidate, { tally, waits, problem, config: this.#options.config }), last }
  }

  /**
   * Handles a bundle of the source. It becomes the candidate if rollouts are configured and a policy is active; otherwise it
   * becomes active. Never throws.
   */
  offer(bytes: Uint8Array): Promise<Activation> {
    const own = Uint8Array.from(bytes)
    const { store, config } = this.#options
    return this.#inTurn(async () => {
      if (config.steps.length === 0 || store.status.active === null) return await this.#serve(own)
      const isShut = store.status.suspended === 'expired'
      // An operator's candidate does not keep it from reopening the proxy.
      const vetted = await store.vet(own, isShut ? undefined : noteOf(this.#state)?.sequence)
      if (vetted.kind === 'refused') {
        store.turnDown(vetted, null)
        return vetted
      }
      if (vetted.kind === 'serves') {
        await this.#handle({ kind: 'withdrawn' })
        return await store.activate(own)
      }
      const { bundle } = vetted
      const { revision, sequence } = bundle.manifest
      // The same files as the active policy, or nothing is active: there is nothing to compare.
      if (isShut || revision === store.status.active?.revision) return await this.#serve(own)
      const refused = await this.#try({ kind: 'offered', bytes: own, bundle })
      if (refused !== null) {
        store.turnDown(refused, null)
        return refused
      }
      store.agree()
      return { kind: 'unchanged', revision, sequence }
    })
  }

  /**
   * Makes a bundle the candidate in shadow mode, until an operator changes it. If `bytes` is `null`, moves the current
   * candidate back to shadow mode. Never throws.
   */
  shadow(bytes: Uint8Array | null, asking: Operator): Promise<Declined | null> {
    const { store } = this.#options
    return this.#inTurn(async () => {
      if (bytes === null) return await this.#handle({ kind: 'share-set', wanted: null, asking })
      const vetted = await store.vet(bytes, noteOf(this.#state)?.sequence)
      if (vetted.kind === 'serves') return decline('no-candidate', 'that is the policy that decides already')
      const refused =
        vetted.kind === 'refused' ? vetted : await this.#try({ kind: 'brought', bytes, bundle: vetted.bundle, asking })
      if (refused !== null) store.turnDown(refused, asking)
      return refused
    })
  }

  /** Sets the share of the candidate until an operator changes it. Never throws. */
  canary(wanted: Wanted, asking: Operator): Promise<Declined | null> {
    return this.#inTurn(() => this.#handle({ kind: 'share-set', wanted, asking }))
  }

  /** Activates the candidate. `early`: even if it has not passed all steps. Never throws. */
  promote({ early }: { readonly early: boolean }, asking: Operator): Promise<Declined | null> {
    return this.#inTurn(async () => {
      // It may have gone too far, or passed its last step, since the last check.
      const wasOn = this.isOn
      if (wasOn) await this.#handle({ kind: 'ticked' })
      if (!wasOn || this.isOn) return await this.#handle({ kind: 'promotion-requested', early, asking })
      const { last } = this.#notes
      return last?.outcome === 'promoted' ? null : decline('no-candidate', `the candidate has ended: ${last?.why?.message ?? ''}`)
    })
  }

  /** Rolls back and quarantines the candidate. Returns false if there is none. Never throws. */
  rollBack(asking: Operator): Promise<boolean | Declined> {
    return this.#inTurn(async () =>
      noteOf(this.#state) === null ? false : ((await this.#handle({ kind: 'rollback-requested', asking })) ?? true),
    )
  }

  /** Rolls back and quarantines the candidate without an operator, for a reason other than its counts. Never throws. */
  rollBackBecause(why: NonNullable<LastNote['why']>): Promise<boolean | Declined> {
    return this.#inTurn(async () => (this.isOn ? ((await this.#handle({ kind: 'harm-found', why })) ?? true) : false))
  }

  /** Resumes the candidate that an earlier process of the proxy has saved to disk, if any. Never throws. */
  resume(): Promise<unknown> {
    return this.#inTurn(async () => {
      const note = (await this.#notes.news())?.candidate ?? null
      if (note !== null) await this.#handle({ kind: 'note-found', note })
    })
  }

  /**
   * Must be called when the configuration of this process takes effect. From then on notes are written to disk and events are
   * reported. If another process has written a note in the meantime, this process continues from that note. Never throws.
   */
  keep(): Promise<unknown> {
    return this.#inTurn(async () => {
      const isKept = await this.#notes.keep().catch((error: unknown) => {
        this.#options.onTrouble(`the candidate cannot be saved: ${messageOf(error)}`)
        return false
      })
      // Unnoted results never happened.
      this.#news.begin(isKept)
      if (isKept) return
      await this.#goOn()
      this.#askAt = this.#options.clock()
    })
  }

  /** Reads the note on disk and adopts changes that another configuration with the same state folder has made. Never throws. */
  heed(): Promise<unknown> {
    return this.#inTurn(() => this.#goOn())
  }

  /**
   * Must be called after data have changed: a promotion that was refused is tried again. Returns whether to poll the source
   * again. This is the case if the last candidate ended because data did not match it.
   */
  again(): boolean {
    // Not in turn: a promotion under way may be the one that waits for the data.
    this.#enter({ kind: 'data-changed' })
    const { last } = this.#notes
    return !this.isOn && last?.outcome === 'ended' && last.why?.code === 'data'
  }

  /** Starts to check the counts of the candidate every `interval` milliseconds, and to act on them. */
  follow(): void {
    const { interval = 1000 } = this.#options
    this.#timer ??= setInterval(() => void this.look(), interval).unref()
  }

  /**
   * Stops the periodic checks of the candidate, and resolves when changes in progress are complete. The candidate itself
   * continues to run.
   */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.settled()
  }

  /** Resolves when all changes in progress are complete. */
  settled(): Promise<void> {
    return this.#turns.take(async () => {})
  }

  /**
   * Compares the candidate's counts with the thresholds now, instead of at the next interval, and promotes, advances or rolls it
   * back accordingly. Never throws.
   */
  async look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    const { clock, store, onFree } = this.#options
    await this.#inTurn(async () => {
      if (this.#quarantineAt !== null && clock() >= this.#quarantineAt)
        this.#quarantineAt = (await store.holdAgain()) ? null : clock() + RETRY
      await this.#handle({ kind: 'ticked' })
    })
    this.#isLooking = false
    if (this.isOn || this.#askAt === null || clock() < this.#askAt) return
    this.#askAt = null
    onFree?.()
  }

  async #serve(bytes: Uint8Array): Promise<Activation> {
    const activation = await this.#options.store.activate(bytes)
    if (activation.kind === 'activated') await this.#handle({ kind: 'activated', revision: activation.revision })
    return activation
  }

  /** Adopts a note of another process, if any. */
  async #goOn(): Promise<void> {
    const note = await this.#notes.news()
    if (note === null) return
    await this.#handle({ kind: 'superseded' })
    if (note.candidate !== null) await this.#handle({ kind: 'note-found', note: note.candidate })
  }

  /** A bundle is refused for its own sake, or the processes'; only other requests of operators are declined. */
  async #try(event: Extract<Outside, { kind: 'offered' | 'brought' }>): Promise<PolicyRefusal | null> {
    return (await this.#handle(event)) as PolicyRefusal | null
  }

  /** Returns a refusal for the caller, or null. Rejects if an effect throws. */
  async #handle(happening: Happening): Promise<Declined | null> {
    let refusal: Declined | null = null
    for (const effect of this.#enter(happening)) {
      if (effect.kind === 'refuse') {
        refusal = effect.refusal
        continue
      }
      const done = this.#perform(effect)
      // Without a pause between effects that need none, readers see their results together.
      const answer = done && (await done)
      if (answer !== null) refusal = (await this.#handle(answer)) ?? refusal
    }
    return refusal
  }

  #enter(happening: Happening): readonly RolloutEffect[] {
    const { clock, config } = this.#options
    const { state, effects } = transition(this.#state, { ...happening, at: clock() }, config)
    this.#state = state
    return effects
  }

  /** Returns the answer, if any. */
  #perform(effect: Exclude<RolloutEffect, { kind: 'refuse' }>): Promise<Happening | null> | null {
    const { candidates, store, onTrouble } = this.#options
    switch (effect.kind) {
      case 'report':
        onTrouble(effect.message)
        return null
      case 'record-last':
        this.#notes.last = effect.last
        return null
      case 'announce':
        this.#news.tell(effect.event, effect.asking)
        return null
      case 'differ':
        store.differ(effect.why)
        return null
      case 'poll-source':
        this.#askAt = effect.at
        return null
      case 'retry-quarantine':
        this.#quarantineAt = effect.at
        return null
      case 'note-end':
        return this.#notes.end(effect.note).then(
          () => null,
          (error: unknown) => {
            onTrouble(`the end of the candidate cannot be saved: ${messageOf(error)}`)
            return null
          },
        )
      default:
        return runTask(effect, { store, candidates, notes: this.#notes })
    }
  }

  /** Runs work after what is under way. An exception is a problem that the status shows. */
  #inTurn<T>(work: () => Promise<T>): Promise<T | PolicyRefusal> {
    return this.#turns.take(work).catch(async (error: unknown) => {
      return (await this.#handle({ kind: 'failed', message: messageOf(error) })) as PolicyRefusal
    })
  }
}
