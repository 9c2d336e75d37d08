import { messageOf } from '../../base/errors.ts'
import type { Operator } from '../../base/operator.ts'
import { SerialQueue } from '../../base/serial-queue.ts'
import type { Bundle } from '../bundle/read-bundle.ts'
import type { Share, Tally } from '../candidate/candidate.ts'
import type { Activation } from '../store/policy-status.ts'
import type { PolicyRefusal } from '../store/policy-target.ts'
import { type ActiveRollout, candidateStatus, currentStep } from './active-rollout.ts'
import { countedSince, countsOf, NOTHING_COUNTED } from './counts.ts'
import { findNoted } from './find-noted.ts'
import { judgeStep } from './judge-step.ts'
import { digestOfPlan, goOnWith, isSameShare, kindOf, planOf, SHADOW } from './plan.ts'
import type { CandidateNote, LastNote, RolloutNote, RolloutOutcome } from './rollout-directory.ts'
import { RolloutNews } from './rollout-news.ts'
import { RolloutNotes } from './rollout-notes.ts'
import type { RolloutOptions } from './rollout-options.ts'
import type { CandidateStatus, Declined, RolloutStatus } from './rollout-status.ts'
import { pauseAfter, RETRY, TRANSIENT } from './transient.ts'
import { type Wanted, wantedShare } from './wanted-share.ts'
import { decline, GONE, NO_CANDIDATE, OVERTAKEN, REPLACED, SHUT, WITHDRAWN, whyOver } from './why.ts'

/** Attempts to resume a candidate. */
const TRIES = 5

/**
 * Rolls policies out: a candidate beside the active policy, in shadow first, then for shares of subjects as configured; it is
 * promoted, or rolled back and quarantined. At most one at a time. Later states are noted on disk before they apply, so that a
 * restart resumes them; an end applies before it is noted.
 */
export class Rollout {
  readonly #options: RolloutOptions
  readonly #notes: RolloutNotes
  readonly #turns = new SerialQueue()
  #candidate: ActiveRollout | null = null
  #tally: Tally | null = null
  #waits: CandidateStatus['waits'] = null
  #problem: CandidateStatus['problem'] = null
  #retry = 0
  #timer: NodeJS.Timeout | null = null
  #isLooking = false
  /** A candidate that could not be resumed for a transient reason; it stays noted. */
  #later: { readonly note: CandidateNote; readonly refused: PolicyRefusal; readonly tries: number; readonly at: number } | null =
    null
  /** When to retry writing a quarantine; null: written. */
  #holdAt: number | null = null
  /** When to poll the source; null: never. */
  #askAt: number | null = null
  readonly #news: RolloutNews

  constructor(options: RolloutOptions) {
    this.#options = options
    const { directory, keeps = true, onEvent } = options
    this.#notes = new RolloutNotes(directory, keeps)
    this.#news = new RolloutNews(onEvent, keeps)
  }

  /** Whether there is a candidate. */
  get isOn(): boolean {
    return this.#candidate !== null
  }

  /** The latest figures for metrics; null without a candidate. */
  get figures(): { readonly parts: number; readonly step: number; readonly tally: Tally | null } | null {
    if (this.#candidate === null) return null
    const { share, step } = this.#candidate.note
    return { parts: share.parts, step: step === null ? 0 : step + 1, tally: this.#tally }
  }

  async status(): Promise<RolloutStatus> {
    const tally = this.#candidate && (await this.#options.candidates.tally())
    const candidate = this.#candidate
    if (candidate === null) return { candidate: null, last: this.#notes.last }
    const standing = { tally, waits: this.#waits, problem: this.#problem, config: this.#options.config }
    return { candidate: candidateStatus(candidate, standing), last: this.#notes.last }
  }

  /** Handles a bundle of the source: it becomes the candidate if configured and a policy is active, else active. Never throws. */
  offer(bytes: Uint8Array): Promise<Activation> {
    const own = Uint8Array.from(bytes)
    const { store, config } = this.#options
    return this.#inTurn(async () => {
      if (config.steps.length === 0 || store.status.active === null) return await this.#serve(own)
      const noted = (this.#candidate ?? this.#later)?.note ?? null
      const isShut = store.status.suspended === 'expired'
      // An operator's candidate does not keep it from reopening the proxy.
      const vetted = await store.vet(own, isShut ? undefined : noted?.sequence)
      if (vetted.kind === 'refused') {
        store.turnDown(vetted, null)
        return vetted
      }
      if (vetted.kind === 'serves') {
        // It was withdrawn. An operator's bundle never came from the source.
        if (noted?.origin === 'source') await this.#over(noted, 'ended', WITHDRAWN, null)
        return await store.activate(own)
      }
      const { revision, sequence } = vetted.bundle.manifest
      // The same files as the active policy, or nothing is active: there is nothing to compare.
      if (isShut || revision === store.status.active.revision) return await this.#serve(own)
      if (!this.#isOf(vetted.bundle)) {
        const refused = await this.#beginOrGoOn(own, vetted.bundle)
        if (refused !== null) {
          store.turnDown(refused, null)
          return refused
        }
      }
      store.agree()
      return { kind: 'unchanged', revision, sequence }
    })
  }

  /** Makes a bundle the candidate; null: only compares the current one, until an operator says otherwise. Never throws. */
  shadow(bytes: Uint8Array | null, asking: Operator): Promise<Declined | null> {
    const { store } = this.#options
    return this.#inTurn(async () => {
      if (bytes === null) return this.#candidate === null ? NO_CANDIDATE : await this.#set(this.#candidate, SHADOW, null, asking)
      const vetted = await store.vet(bytes, (this.#candidate ?? this.#later)?.note.sequence)
      if (vetted.kind === 'serves') return decline('no-candidate', 'that is the policy that decides already')
      const refused = vetted.kind === 'refused' ? vetted : await this.#begin(bytes, vetted.bundle, asking)
      if (refused !== null) store.turnDown(refused, asking)
      return refused
    })
  }

  /** Sets the candidate's share until an operator changes it. Never throws. */
  canary(wanted: Wanted, asking: Operator): Promise<Declined | null> {
    return this.#inTurn(async () => {
      const candidate = this.#candidate
      if (candidate === null) return NO_CANDIDATE
      const share = wantedShare(wanted, candidate.bundle.manifest)
      return 'kind' in share ? share : await this.#set(candidate, share, null, asking)
    })
  }

  /** Activates the candidate. `early`: even if it has not passed all steps. Never throws. */
  promote({ early }: { readonly early: boolean }, asking: Operator): Promise<Declined | null> {
    return this.#inTurn(async () => {
      const asked = this.#candidate
      if (asked === null) return NO_CANDIDATE
      await this.#look(asked)
      const candidate = this.#candidate
      if (candidate === null)
        return this.#notes.last?.outcome === 'promoted'
          ? null
          : decline('no-candidate', `it is over: ${this.#notes.last?.why?.message ?? ''}`)
      if (!early && candidate.note.step !== null && this.#waits !== 'asked' && this.#waits !== 'refused')
        return decline(
          'not-passed',
          `it is at step ${candidate.note.step + 1} of ${candidate.plan.length}, and has not passed all of them`,
        )
      return await this.#promote(candidate, asking)
    })
  }

  /** Rolls back and quarantines the candidate. False: there is none. Never throws. */
  rollBack(asking: Operator): Promise<boolean | Declined> {
    return this.#inTurn(async () => {
      const note = (this.#candidate ?? this.#later)?.note ?? null
      if (note === null) return false
      return (await this.#rollback(note, null, asking)) ?? true
    })
  }

  /** The same without an operator, for a reason besides its counts. Never throws. */
  rollBackBecause(why: NonNullable<LastNote['why']>): Promise<boolean | Declined> {
    return this.#inTurn(async () =>
      this.#candidate === null ? false : ((await this.#rollback(this.#candidate.note, why, null)) ?? true),
    )
  }

  /** Resumes the candidate of an earlier process. Never throws. */
  resume(): Promise<unknown> {
    return this.#inTurn(async () => this.#resume(await this.#notes.news()))
  }

  /** Called when its configuration takes effect: notes and reports events, or adopts another process's note. Never throws. */
  keep(): Promise<unknown> {
    return this.#inTurn(async () => {
      const isKept = await this.#notes.keep().catch((error: unknown) => {
        this.#options.onTrouble(`the candidate cannot be noted: ${messageOf(error)}`)
        return false
      })
      // Unnoted results never happened.
      this.#news.begin(isKept)
      if (isKept) return
      await this.#goOn()
      this.#askAt = this.#options.clock()
    })
  }

  /** Adopts changes by another configuration of the same state. Never throws. */
  heed(): Promise<unknown> {
    return this.#inTurn(() => this.#goOn())
  }

  /** After a data change, returns whether to poll the source for a candidate that data ended. */
  again(): boolean {
    this.#retry = 0
    return this.#candidate === null && this.#notes.last?.outcome === 'ended' && this.#notes.last.why?.code === 'data'
  }

  /** Checks the candidate periodically from now on. */
  follow(): void {
    const { interval = 1000 } = this.#options
    this.#timer ??= setInterval(() => void this.look(), interval).unref()
  }

  /** Stops checking; the candidate stays. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.settled()
  }

  /** Resolves when changes under way are complete. */
  settled(): Promise<void> {
    return this.#turns.take(async () => {})
  }

  /** Checks the candidate and acts on its state. Never throws. */
  async look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    await this.#inTurn(async () => {
      if (this.#holdAt !== null && this.#options.clock() >= this.#holdAt)
        this.#holdAt = (await this.#options.store.holdAgain()) ? null : this.#options.clock() + RETRY
      if (this.#candidate !== null) await this.#look(this.#candidate)
      else if (this.#later !== null && this.#options.clock() >= this.#later.at) await this.#resumeFrom(this.#later.note)
    })
    this.#isLooking = false
    if (this.#candidate !== null || this.#askAt === null || this.#options.clock() < this.#askAt) return
    this.#askAt = null
    this.#options.onFree?.()
  }

  async #look(candidate: ActiveRollout): Promise<void> {
    const { candidates, config, store, clock } = this.#options
    const tally = await candidates.tally()
    this.#tally = tally
    // Another process has promoted it.
    if (tally === null && store.status.active?.revision === candidate.note.revision)
      return await this.#over(candidate.note, 'promoted', null, null)
    const ended = whyOver(tally, candidate.bundle.manifest, clock())
    if (tally === null || ended !== null) return await this.#over(candidate.note, 'ended', ended, null)
    const counts = countedSince(countsOf(tally), candidate.before)
    if (counts === null) {
      // Counts of workers that are gone may be lost: the step begins again.
      this.#candidate = { ...candidate, since: clock(), before: NOTHING_COUNTED }
      this.#waits = candidate.note.step === null ? null : 'time'
      return
    }
    const stage = currentStep(candidate)
    const verdict = judgeStep(counts, clock() - candidate.since, stage, config)
    if (verdict.kind === 'back') return void (await this.#rollback(candidate.note, verdict.breach, null))
    if (store.status.suspended === 'expired') return await this.#openAgain(candidate)
    if (verdict.kind === 'waits') this.#waits = verdict.for
    else await this.#pass(candidate)
  }

  /** Nothing is active, so nothing can be compared: an automatic roll-out does not wait. */
  async #openAgain(candidate: ActiveRollout): Promise<void> {
    const { origin, step } = candidate.note
    if (origin === 'operator' && step === null) return void this.#trouble('expired', SHUT)
    if (this.#options.clock() >= this.#retry) await this.#promote(candidate, null)
  }

  async #pass(candidate: ActiveRollout): Promise<void> {
    const { config, clock } = this.#options
    const step = (candidate.note.step as number) + 1
    const next = candidate.plan[step]
    if (next !== undefined) return void (await this.#set(candidate, next.share, step, null))
    if (config.promote === 'asked') this.#waits = 'asked'
    else if (clock() >= this.#retry) await this.#promote(candidate, null)
  }

  /** Noted first: a restart must resume it. */
  async #set(
    candidate: ActiveRollout,
    share: Share,
    step: number | null,
    asking: Operator | null,
  ): Promise<PolicyRefusal | null> {
    const { candidates, clock } = this.#options
    const note: CandidateNote = { ...candidate.note, share, step }
    try {
      await this.#notes.go(note)
    } catch (error) {
      return this.#trouble('state', `the next step of a candidate cannot be noted: ${messageOf(error)}`)
    }
    await candidates.share(share)
    const tally = await candidates.tally()
    this.#candidate = { ...candidate, note, since: clock(), before: tally === null ? NOTHING_COUNTED : countsOf(tally) }
    this.#waits = step === null ? null : 'time'
    this.#problem = null
    this.#news.tell(kindOf(share), note, null, asking)
    return null
  }

  #isOf({ manifest: { revision, sequence } }: Bundle): boolean {
    return this.#candidate?.note.revision === revision && this.#candidate.note.sequence === sequence
  }

  /** The source may offer what could not be resumed before. */
  async #beginOrGoOn(bytes: Uint8Array, bundle: Bundle): Promise<PolicyRefusal | null> {
    const { revision, sequence } = bundle.manifest
    const note = this.#later?.note
    if (note?.revision !== revision || note.sequence !== sequence) return await this.#begin(bytes, bundle, null)
    await this.#resumeFrom(note)
    return this.#later?.refused ?? (this.#isOf(bundle) ? null : await this.#begin(bytes, bundle, null))
  }

  async #begin(bytes: Uint8Array, bundle: Bundle, asking: Operator | null): Promise<PolicyRefusal | null> {
    const { config, candidates, clock } = this.#options
    const { manifest } = bundle
    const replaced = this.#candidate
    const before = (replaced ?? this.#later)?.note ?? null
    const refused = await candidates.begin(bundle)
    if (refused !== null) {
      if (replaced !== null) await this.#restore(replaced)
      return refused
    }
    const plan = planOf(config, manifest.services)
    const note: CandidateNote = {
      ...{ revision: manifest.revision, sequence: manifest.sequence },
      ...{ origin: asking === null ? 'source' : 'operator', by: asking?.by ?? null, begun: clock() },
      ...{ step: plan.length === 0 ? null : 0, plan: digestOfPlan(plan), share: SHADOW },
    }
    try {
      await this.#notes.begin(bytes, note, before && this.#lastOf(before, 'ended', REPLACED, asking))
    } catch (error) {
      // The previous candidate continues, also after a restart.
      if (replaced === null) await candidates.end()
      else await this.#restore(replaced)
      return { kind: 'refused', code: 'state', message: `a candidate cannot be kept: ${messageOf(error)}` }
    }
    this.#on({ bytes, bundle, note, plan, since: clock(), before: NOTHING_COUNTED })
    if (before !== null) this.#ended(before, 'ended', REPLACED, asking)
    this.#news.tell('shadow', note, null, asking)
    return null
  }

  /** An attempt to replace it has stopped it in the processes. */
  async #restore(candidate: ActiveRollout): Promise<void> {
    const { candidates, clock } = this.#options
    const refused = await candidates.begin(candidate.bundle)
    if (refused !== null) return await this.#over(candidate.note, 'ended', refused, null)
    await candidates.share(candidate.note.share)
    this.#on({ ...candidate, since: clock(), before: NOTHING_COUNTED })
  }

  #on(candidate: ActiveRollout): void {
    this.#candidate = candidate
    this.#later = null
    this.#tally = null
    this.#waits = candidate.note.step === null ? null : 'time'
    this.#problem = null
    this.#retry = 0
  }

  async #promote(candidate: ActiveRollout, asking: Operator | null): Promise<PolicyRefusal | null> {
    const { store, clock } = this.#options
    const activation = await store.promote(candidate.bytes, asking)
    if (activation.kind === 'refused') {
      this.#waits = 'refused'
      this.#retry = clock() + RETRY
      this.#trouble(activation.code, `a candidate is not promoted: ${activation.message}`)
      return activation
    }
    await this.#over(candidate.note, 'promoted', null, asking)
    return null
  }

  /** Always rolls back. Not null: its quarantine would not survive a restart yet. */
  async #rollback(note: CandidateNote, why: LastNote['why'], asking: Operator | null): Promise<PolicyRefusal | null> {
    const { candidates, store, clock, onTrouble } = this.#options
    await candidates.end()
    const refused = await store.hold(note.revision)
    this.#holdAt = refused && clock() + RETRY
    await this.#over(note, 'rolled-back', why, asking)
    if (refused === null) return null
    const message = `the policy is gone back from, and held until the proxy ends: that cannot be written yet: ${refused.message}`
    onTrouble(message)
    return { ...refused, message }
  }

  async #over(note: CandidateNote, outcome: RolloutOutcome, why: LastNote['why'], asking: Operator | null): Promise<void> {
    await this.#forget()
    await this.#drop(note, outcome, why, asking)
  }

  async #serve(bytes: Uint8Array): Promise<Activation> {
    const activation = await this.#options.store.activate(bytes)
    const note = (this.#candidate ?? this.#later)?.note ?? null
    if (note === null || activation.kind !== 'activated') return activation
    const isIt = activation.revision === note.revision
    await this.#over(note, isIt ? 'promoted' : 'ended', isIt ? null : OVERTAKEN, null)
    return activation
  }

  async #forget(): Promise<void> {
    await this.#options.candidates.end()
    this.#candidate = null
    this.#tally = null
    this.#later = null
  }

  async #drop(note: CandidateNote, outcome: RolloutOutcome, why: LastNote['why'], asking: Operator | null): Promise<void> {
    this.#ended(note, outcome, why, asking)
    try {
      await this.#notes.end(note)
    } catch (error) {
      this.#options.onTrouble(`that a candidate is over cannot be noted: ${messageOf(error)}`)
    }
  }

  #ended(note: CandidateNote, outcome: RolloutOutcome, why: LastNote['why'], asking: Operator | null): void {
    const { clock, store } = this.#options
    const { revision, sequence, share, origin } = note
    const last = this.#lastOf(note, outcome, why, asking)
    const reason = last.why
    const isTakenBack = why === WITHDRAWN || why === OVERTAKEN
    // An operator's candidate may have displaced the source's bundle.
    if (outcome !== 'promoted' && !isTakenBack && (origin === 'operator' || outcome === 'ended'))
      this.#askAt = clock() + pauseAfter(why)
    if (outcome === 'ended' && origin === 'source' && reason !== null && !isTakenBack) store.differ(reason)
    this.#notes.last = last
    this.#news.tell(outcome, { revision, sequence, share }, reason, asking)
  }

  #lastOf(
    { revision, sequence }: CandidateNote,
    outcome: RolloutOutcome,
    why: LastNote['why'],
    asking: Operator | null,
  ): LastNote {
    const reason = why && { code: why.code, message: why.message }
    return { revision, sequence, outcome, why: reason, by: asking?.by ?? null, at: this.#options.clock() }
  }

  /** Adopts a note of another process, if any. */
  async #goOn(): Promise<void> {
    const note = await this.#notes.news()
    if (note === null) return
    await this.#forget()
    await this.#resume(note)
  }

  async #resume(note: RolloutNote | null): Promise<void> {
    if (note !== null && note.candidate !== null) await this.#resumeFrom(note.candidate)
  }

  async #resumeFrom(note: CandidateNote): Promise<void> {
    const { config, candidates, clock } = this.#options
    const found = await findNoted(note, this.#notes, this.#options.store)
    // The process was killed between promotion and its note.
    if (found.kind === 'serves') return await this.#over(note, 'promoted', null, null)
    if (found.kind === 'gone') return await this.#over(note, 'ended', GONE, null)
    if (found.kind === 'refused') return await this.#notYet(note, found)
    const refused = await candidates.begin(found.bundle)
    if (refused !== null) return await this.#notYet(note, refused)
    const plan = planOf(config, found.bundle.manifest.services)
    const candidate = goOnWith(note, plan)
    const { share } = candidate
    await candidates.share(share)
    this.#on({ ...found, note: candidate, plan, since: clock(), before: NOTHING_COUNTED })
    this.#news.tell(isSameShare(share, note.share) ? 'resumed' : kindOf(share), candidate, null, null)
  }

  /** Postpones it if the reason is transient, else ends it. */
  async #notYet(note: CandidateNote, refused: PolicyRefusal): Promise<void> {
    const tries = (this.#later?.tries ?? 0) + 1
    if (!TRANSIENT.has(refused.code) || tries >= TRIES) return await this.#over(note, 'ended', refused, null)
    await this.#forget()
    this.#later = { note, refused, tries, at: this.#options.clock() + RETRY }
    this.#options.onTrouble(`the candidate does not go on yet: ${refused.message}`)
  }

  #trouble(code: PolicyRefusal['code'], message: string): PolicyRefusal {
    if (this.#problem?.message !== message) this.#options.onTrouble(message)
    this.#problem = { code, message, at: this.#options.clock() }
    return { kind: 'refused', code, message }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T | PolicyRefusal> {
    return this.#turns.take(work).catch((error: unknown) => this.#trouble('internal', messageOf(error)))
  }
}
