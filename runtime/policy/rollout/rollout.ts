import type { Asking } from '../../audit/index.ts'
import type { Bundle } from '../bundle/read-bundle.ts'
import { messageOf } from '../message-of.ts'
import type { Refusal } from '../store/enforcers.ts'
import type { Activation, PolicyStore } from '../store/policy-store.ts'
import { Turns } from '../store/turns.ts'
import { decidesSome } from '../trial/on-trial.ts'
import type { Share, Tally, Trials } from '../trial/trial.ts'
import { countedSince, countsOf, NOTHING_COUNTED } from './counts.ts'
import { goOnWith } from './go-on-with.ts'
import { judge } from './judge.ts'
import { digestOfPlan, isOf, planOf, SHADOW } from './plan.ts'
import type { RolloutConfig } from './rollout-config.ts'
import type { LastNote, Outcome, RolloutDirectory, RolloutNote, TrialNote } from './rollout-directory.ts'
import { RolloutNotes } from './rollout-notes.ts'
import type { Declined, RolloutEvent, RolloutStatus, TrialStatus } from './rollout-status.ts'
import { stageOf, trialStatus, type Underway } from './underway.ts'
import { decline, NO_TRIAL, OVERTAKEN, REPLACED, SHUT, WITHDRAWN, whyOver } from './why.ts'

export interface RolloutOptions {
  readonly config: RolloutConfig
  readonly store: Pick<PolicyStore, 'activate' | 'agree' | 'hold' | 'promote' | 'status' | 'turnDown' | 'vet'>
  readonly trials: Trials
  /** Null: a restart forgets what was on trial. */
  readonly directory: RolloutDirectory | null
  /** False: nothing is noted or told before `keep`, as whoever tries a configuration may not take it. Default: true. */
  readonly keeps?: boolean
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** Milliseconds between two looks at how a trial goes; a second where left out. */
  readonly interval?: number
  /** For logs, records and metrics. `asking` null: nobody has asked for it. */
  readonly onEvent: (event: RolloutEvent, asking: Asking | null) => void
  /** Something cannot be done, and is tried again: once for each new reason. */
  readonly onTrouble: (message: string) => void
}

/** Which requests an operator wants to be decided by what is on trial. */
export interface Wanted {
  readonly parts: number
  readonly labels: readonly string[]
  readonly services: readonly string[]
}

/** Milliseconds until what was refused to be promoted is tried again. */
const RETRY = 60_000

/**
 * How one policy after the other comes into force: on trial beside the one that serves, in shadow first, then for shares of subjects, as the configuration says; then it serves, or it is gone back from and held. At most one is on trial.
 * What comes later is noted on disk before it counts, so that a restart goes on; what ends a trial ends it first.
 */
export class Rollout {
  readonly #options: RolloutOptions
  readonly #notes: RolloutNotes
  readonly #turns = new Turns()
  #trial: Underway | null = null
  #tally: Tally | null = null
  #waits: TrialStatus['waits'] = null
  #problem: TrialStatus['problem'] = null
  #retry = 0
  #timer: NodeJS.Timeout | null = null
  #isLooking = false
  /** What is to be told once something is; null: at once. */
  #untold: Parameters<RolloutOptions['onEvent']>[] | null

  constructor(options: RolloutOptions) {
    this.#options = options
    const { directory, keeps = true } = options
    this.#notes = new RolloutNotes(directory, keeps)
    this.#untold = keeps ? null : []
  }

  /** Whether something is. */
  get isOn(): boolean {
    return this.#trial !== null
  }

  /** For metrics: as it was seen last. Null: nothing is on trial. */
  get figures(): { readonly parts: number; readonly step: number; readonly tally: Tally | null } | null {
    if (this.#trial === null) return null
    const { share, step } = this.#trial.note
    return { parts: share.parts, step: step === null ? 0 : step + 1, tally: this.#tally }
  }

  /** As it is now. */
  async status(): Promise<RolloutStatus> {
    const tally = this.#trial && (await this.#options.trials.tally())
    const trial = this.#trial
    if (trial === null) return { trial: null, last: this.#notes.last }
    const standing = { tally, waits: this.#waits, problem: this.#problem, config: this.#options.config }
    return { trial: trialStatus(trial, standing), last: this.#notes.last }
  }

  /** What the source offers: it is put on trial where the configuration says so and something decides, else it is to serve. Never throws. */
  offer(bytes: Uint8Array): Promise<Activation> {
    const own = Uint8Array.from(bytes)
    const { store, config } = this.#options
    return this.#inTurn(async () => {
      if (config.steps.length === 0 || store.status.active === null) return await this.#serve(own)
      const trial = this.#trial
      const isShut = store.status.suspended === 'expired'
      // Nor does what an operator has on trial keep it from opening the proxy again.
      const vetted = await store.vet(own, isShut ? undefined : trial?.note.sequence)
      if (vetted.kind === 'refused') {
        store.turnDown(vetted, null)
        return vetted
      }
      if (vetted.kind === 'serves') {
        // It was taken back. What an operator has brought was never there.
        if (trial?.note.origin === 'source') await this.#over(trial, 'ended', WITHDRAWN, null)
        return await store.activate(own)
      }
      const { revision, sequence } = vetted.bundle.manifest
      // Its files are those of what serves, or nobody is decided by that any more: there is nothing to compare.
      if (isShut || revision === store.status.active.revision) return await this.#serve(own)
      if (trial?.note.revision !== revision || trial.note.sequence !== sequence) {
        const refused = await this.#begin(own, vetted.bundle, null)
        if (refused !== null) {
          store.turnDown(refused, null)
          return refused
        }
      }
      store.agree()
      return { kind: 'unchanged', revision, sequence }
    })
  }

  /** A bundle is put on trial, in place of what was; null: what is on trial is only compared from now on, until an operator says more. Never throws. */
  shadow(bytes: Uint8Array | null, asking: Asking): Promise<Declined | null> {
    const { store } = this.#options
    return this.#inTurn(async () => {
      if (bytes === null) return this.#trial === null ? NO_TRIAL : await this.#set(this.#trial, SHADOW, null, asking)
      const vetted = await store.vet(bytes, this.#trial?.note.sequence)
      if (vetted.kind === 'serves') return decline('no-trial', 'that is the policy that decides already')
      const refused = vetted.kind === 'refused' ? vetted : await this.#begin(bytes, vetted.bundle, asking)
      if (refused !== null) store.turnDown(refused, asking)
      return refused
    })
  }

  /** What is on trial decides for that share from now on, until an operator says more. Never throws. */
  canary({ parts, labels, services }: Wanted, asking: Asking): Promise<Declined | null> {
    return this.#inTurn(async () => {
      const trial = this.#trial
      if (trial === null) return NO_TRIAL
      if (labels.length === 0 && services.length === 0) return await this.#set(trial, { parts, services: null }, null, asking)
      const all = trial.bundle.manifest.services
      const unknown = services.find((name) => !all.some((one) => one.name === name))
      if (unknown !== undefined) return decline('no-service', `the policy on trial has no service \`${unknown}\``)
      const named = all.filter((one) => isOf(one, { labels, services })).map(({ name }) => name)
      if (named.length === 0) return decline('no-service', 'no service of the policy on trial has such a label')
      return await this.#set(trial, { parts, services: named }, null, asking)
    })
  }

  /** What is on trial serves from now on. `early`: also where it has not passed all steps. Never throws. */
  promote({ early }: { readonly early: boolean }, asking: Asking): Promise<Declined | null> {
    return this.#inTurn(async () => {
      const asked = this.#trial
      if (asked === null) return NO_TRIAL
      await this.#look(asked)
      const trial = this.#trial
      if (trial === null)
        return this.#notes.last?.outcome === 'promoted'
          ? null
          : decline('no-trial', `it is over: ${this.#notes.last?.why?.message ?? ''}`)
      if (!early && trial.note.step !== null && this.#waits !== 'asked' && this.#waits !== 'refused')
        return decline(
          'not-passed',
          `it is at step ${trial.note.step + 1} of ${trial.plan.length}, and has not passed all of them`,
        )
      return await this.#promote(trial, asking)
    })
  }

  /** What is on trial is not any more, and is held. False: nothing is. Never throws. */
  rollBack(asking: Asking): Promise<boolean | Declined> {
    return this.#inTurn(async () => {
      if (this.#trial === null) return false
      await this.#goBack(this.#trial, null, asking)
      return true
    })
  }

  /** What was on trial when the process ended is again, where it was. Never throws. */
  resume(): Promise<unknown> {
    return this.#inTurn(async () => this.#resume(await this.#notes.news()))
  }

  /** Its configuration counts: what has become of trials is noted from now on, and told. Where another one has noted something meanwhile, or the disk is full, it goes on with what is noted. Never throws. */
  keep(): Promise<unknown> {
    return this.#inTurn(async () => {
      const isKept = await this.#notes.keep().catch((error: unknown) => {
        this.#options.onTrouble(`what is on trial cannot be noted: ${messageOf(error)}`)
        return false
      })
      const untold = this.#untold ?? []
      this.#untold = null
      if (isKept) for (const event of untold) this.#say(...event)
      else await this.#goOn()
    })
  }

  /** Another configuration of the same state may have changed it while this one was tried: then this one does, too. Never throws. */
  heed(): Promise<unknown> {
    return this.#inTurn(() => this.#goOn())
  }

  /** Data are others, for which something may have been refused. Whether the source should be asked for what was on trial. */
  again(): boolean {
    this.#retry = 0
    return this.#trial === null && this.#notes.last?.outcome === 'ended' && this.#notes.last.why?.code === 'data'
  }

  /** It goes on by itself from now on. */
  follow(): void {
    const { interval = 1000 } = this.#options
    this.#timer ??= setInterval(() => void this.look(), interval).unref()
  }

  /** Whatever is on trial stays it, and nobody looks any more. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.settled()
  }

  /** When what is being changed is changed. */
  settled(): Promise<void> {
    return this.#turns.take(async () => {})
  }

  /** How the trial goes, and what follows from that. Never throws. */
  async look(): Promise<void> {
    if (this.#isLooking || this.#trial === null) return
    this.#isLooking = true
    await this.#inTurn(async () => {
      if (this.#trial !== null) await this.#look(this.#trial)
    })
    this.#isLooking = false
  }

  async #look(trial: Underway): Promise<void> {
    const { trials, config, store, clock } = this.#options
    const tally = await trials.tally()
    this.#tally = tally
    // Somebody else has let it decide everywhere.
    if (tally === null && store.status.active?.revision === trial.note.revision)
      return await this.#over(trial, 'promoted', null, null)
    const ended = whyOver(tally, trial.bundle.manifest, clock())
    if (tally === null || ended !== null) return await this.#over(trial, 'ended', ended, null)
    const counts = countedSince(countsOf(tally), trial.before)
    if (counts === null) {
      // What workers that are gone have counted may be gone as well: the step begins again.
      this.#trial = { ...trial, since: clock(), before: NOTHING_COUNTED }
      this.#waits = trial.note.step === null ? null : 'time'
      return
    }
    const stage = stageOf(trial)
    const verdict = judge(counts, clock() - trial.since, stage, config)
    if (verdict.kind === 'back') return await this.#goBack(trial, verdict.breach, null)
    if (store.status.suspended === 'expired') return await this.#openAgain(trial)
    if (verdict.kind === 'waits') this.#waits = verdict.for
    else await this.#pass(trial)
  }

  /** Nobody is decided by the active policy any more, so that nothing is compared: what is to come into force by itself does not wait for that. */
  async #openAgain(trial: Underway): Promise<void> {
    const { origin, step } = trial.note
    if (origin === 'operator' && step === null) return void this.#trouble('expired', SHUT)
    if (this.#options.clock() >= this.#retry) await this.#promote(trial, null)
  }

  async #pass(trial: Underway): Promise<void> {
    const { config, clock } = this.#options
    const step = (trial.note.step as number) + 1
    const next = trial.plan[step]
    if (next !== undefined) return void (await this.#set(trial, next.share, step, null))
    if (config.promote === 'asked') this.#waits = 'asked'
    else if (clock() >= this.#retry) await this.#promote(trial, null)
  }

  /** It is noted first: what a restart would not go on with does not count. */
  async #set(trial: Underway, share: Share, step: number | null, asking: Asking | null): Promise<Refusal | null> {
    const { trials, clock } = this.#options
    const note: TrialNote = { ...trial.note, share, step }
    try {
      await this.#notes.go(note)
    } catch (error) {
      return this.#trouble('state', `the next step of a policy on trial cannot be noted: ${messageOf(error)}`)
    }
    await trials.share(share)
    const tally = await trials.tally()
    this.#trial = { ...trial, note, since: clock(), before: tally === null ? NOTHING_COUNTED : countsOf(tally) }
    this.#waits = step === null ? null : 'time'
    this.#problem = null
    this.#tell(kindOf(share), note, null, asking)
    return null
  }

  async #begin(bytes: Uint8Array, bundle: Bundle, asking: Asking | null): Promise<Refusal | null> {
    const { config, trials, clock } = this.#options
    const { manifest } = bundle
    const replaced = this.#trial
    const refused = await trials.begin(bundle)
    if (refused !== null) {
      if (replaced !== null) await this.#restore(replaced)
      return refused
    }
    const plan = planOf(config, manifest.services)
    const note: TrialNote = {
      ...{ revision: manifest.revision, sequence: manifest.sequence },
      ...{ origin: asking === null ? 'source' : 'operator', by: asking?.by ?? null, begun: clock() },
      ...{ step: plan.length === 0 ? null : 0, plan: digestOfPlan(plan), share: SHADOW },
    }
    this.#trial = null
    if (replaced !== null) this.#ended(replaced.note, 'ended', REPLACED, asking)
    try {
      await this.#notes.begin(bytes, note)
    } catch (error) {
      await trials.end()
      return { kind: 'refused', code: 'state', message: `a policy on trial cannot be kept: ${messageOf(error)}` }
    }
    this.#on({ bytes, bundle, note, plan, since: clock(), before: NOTHING_COUNTED })
    this.#tell('shadow', note, null, asking)
    return null
  }

  /** Who was asked to try another one has stopped trying this one. */
  async #restore(trial: Underway): Promise<void> {
    const { trials, clock } = this.#options
    const refused = await trials.begin(trial.bundle)
    if (refused !== null) return await this.#over(trial, 'ended', refused, null)
    await trials.share(trial.note.share)
    this.#on({ ...trial, since: clock(), before: NOTHING_COUNTED })
  }

  #on(trial: Underway): void {
    this.#trial = trial
    this.#tally = null
    this.#waits = trial.note.step === null ? null : 'time'
    this.#problem = null
    this.#retry = 0
  }

  async #promote(trial: Underway, asking: Asking | null): Promise<Refusal | null> {
    const { store, clock } = this.#options
    const activation = await store.promote(trial.bytes, asking)
    if (activation.kind === 'refused') {
      this.#waits = 'refused'
      this.#retry = clock() + RETRY
      this.#trouble(activation.code, `a policy on trial is not promoted: ${activation.message}`)
      return activation
    }
    await this.#over(trial, 'promoted', null, asking)
    return null
  }

  async #goBack(trial: Underway, why: LastNote['why'], asking: Asking | null): Promise<void> {
    // Before all else.
    await this.#options.trials.end()
    const refused = await this.#options.store.hold(trial.note.revision)
    if (refused !== null) this.#options.onTrouble(`a policy that was gone back from cannot be held: ${refused.message}`)
    await this.#over(trial, 'rolled-back', why, asking)
  }

  async #over(trial: Underway, outcome: Outcome, why: LastNote['why'], asking: Asking | null): Promise<void> {
    await this.#forget()
    await this.#drop(trial.note, outcome, why, asking)
  }

  /** What serves is not what is on trial any more, or was taken at once. */
  async #serve(bytes: Uint8Array): Promise<Activation> {
    const activation = await this.#options.store.activate(bytes)
    if (this.#trial === null || activation.kind !== 'activated') return activation
    const isIt = activation.revision === this.#trial.note.revision
    await this.#over(this.#trial, isIt ? 'promoted' : 'ended', isIt ? null : OVERTAKEN, null)
    return activation
  }

  async #forget(): Promise<void> {
    await this.#options.trials.end()
    this.#trial = null
    this.#tally = null
  }

  async #drop(note: TrialNote, outcome: Outcome, why: LastNote['why'], asking: Asking | null): Promise<void> {
    this.#ended(note, outcome, why, asking)
    try {
      await this.#notes.end(note)
    } catch (error) {
      this.#options.onTrouble(`that a trial is over cannot be noted: ${messageOf(error)}`)
    }
  }

  #ended({ revision, sequence, share }: TrialNote, outcome: Outcome, why: LastNote['why'], asking: Asking | null): void {
    const { clock } = this.#options
    const reason = why && { code: why.code, message: why.message }
    this.#notes.last = { revision, sequence, outcome, why: reason, by: asking?.by ?? null, at: clock() }
    this.#tell(outcome, { revision, sequence, share }, reason, asking)
  }

  /** With what somebody else has noted, if anything. */
  async #goOn(): Promise<void> {
    const note = await this.#notes.news()
    if (note === null) return
    await this.#forget()
    await this.#resume(note)
  }

  async #resume(note: RolloutNote | null): Promise<void> {
    if (note === null || note.trial === null) return
    const { config, trials, clock } = this.#options
    const found = await this.#find(note.trial)
    // Killed between its promotion and the note of it.
    if (found.kind === 'serves') return await this.#drop(note.trial, 'promoted', null, null)
    if (found.kind === 'refused') return await this.#drop(note.trial, 'ended', found, null)
    const refused = await trials.begin(found.bundle)
    if (refused !== null) return await this.#drop(note.trial, 'ended', refused, null)
    const plan = planOf(config, found.bundle.manifest.services)
    const trial = goOnWith(note.trial, plan)
    const { share } = trial
    await trials.share(share)
    this.#on({ ...found, note: trial, plan, since: clock(), before: NOTHING_COUNTED })
    this.#tell(isSameShare(share, note.trial.share) ? 'resumed' : kindOf(share), trial, null, null)
  }

  /** The bundle of a trial that was noted. */
  async #find({
    revision,
  }: TrialNote): Promise<{ kind: 'fit'; bundle: Bundle; bytes: Uint8Array } | { kind: 'serves' } | Refusal> {
    const bytes = await this.#notes.bundle()
    const gone = { kind: 'refused', code: 'state', message: 'its bundle was not kept' } as const
    if (bytes === null) return gone
    const vetted = await this.#options.store.vet(bytes)
    if (vetted.kind !== 'fit') return vetted
    return vetted.bundle.manifest.revision === revision ? { ...vetted, bytes } : gone
  }

  #trouble(code: Refusal['code'], message: string): Refusal {
    if (this.#problem?.message !== message) this.#options.onTrouble(message)
    this.#problem = { code, message, at: this.#options.clock() }
    return { kind: 'refused', code, message }
  }

  #tell(kind: RolloutEvent['kind'], note: Omit<RolloutEvent, 'kind' | 'why'>, why: LastNote['why'], asking: Asking | null): void {
    const { revision, sequence, share } = note
    const event = { kind, revision, sequence, share, why }
    if (this.#untold === null) this.#say(event, asking)
    else this.#untold.push([event, asking])
  }

  #say(...[event, asking]: Parameters<RolloutOptions['onEvent']>): void {
    try {
      this.#options.onEvent(event, asking)
    } catch {
      // A log that is full does not decide what is on trial; the status still tells.
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T | Refusal> {
    return this.#turns.take(work).catch((error: unknown) => this.#trouble('internal', messageOf(error)))
  }
}

function kindOf(share: Share): 'shadow' | 'canary' {
  return decidesSome(share) ? 'canary' : 'shadow'
}

function isSameShare(a: Share, b: Share): boolean {
  return JSON.stringify([a.parts, a.services, a.whole ?? []]) === JSON.stringify([b.parts, b.services, b.whole ?? []])
}
