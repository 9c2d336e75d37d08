import { type Outcome, readWritten, type Trace } from '../../abi/index.ts'
import { ask, askEarly, type CallerFacts, explain, obligationsOf, type Policy, type RouteEntry } from '../../policy/index.ts'
import type { RequestHandle } from '../../realm/program/program.ts'
import type { LogRecord } from '../audit/query/index.ts'
import { callerFacts, callerKey, callerValues } from './caller-facts.ts'
import { type ChangeKind, changeOf, type Decided, decidedIn, hasNames } from './compare.ts'
import type { HashKey } from './hash-key.ts'
import { knownIn, type RecordedValues } from './known.ts'
import { KnownHosts } from './known-hosts.ts'
import { lacking, MissingValueError, missingValue } from './missing-value.ts'
import { membersOf, Recorded } from './recorded.ts'
import { recordedRequest } from './recorded-request.ts'
import { type DataOfRecord, type GivenData, ReplayData, ReplayError } from './replay-data.ts'
import { type ReplayPlan, ReplayPlans } from './replay-plan.ts'

export interface ReplayOptions extends GivenData {
  readonly key?: HashKey | null
}

export type Replayed =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed'; readonly change: ChangeKind; readonly before: Decided; readonly after: Decided }
  /** The record lacks a value. */
  | { readonly kind: 'undetermined'; readonly needs: string }
  /** No policy decided it. */
  | { readonly kind: 'undecided' }

export interface Answer {
  readonly route: RouteEntry
  readonly facts: CallerFacts
  readonly asked: RequestHandle
  readonly outcome: Outcome
}

const SAME: Replayed = { kind: 'same' }
const UNDECIDED: Replayed = { kind: 'undecided' }
/** Maximum number of callers with cached facts. */
const MOST_CALLERS = 20_000

/** Decides recorded requests by another policy. Facts about callers are cached. */
export class Replayer {
  readonly #policy: Policy
  readonly #plans: ReplayPlans
  readonly #hosts: KnownHosts
  readonly #options: ReplayOptions
  readonly #data: ReplayData
  readonly #facts = new Map<ReplayPlan, Map<string, CallerFacts>>()
  #callers = 0

  /**
   * Creates a replayer that decides recorded requests by `policy`.
   *
   * @throws if data does not match the policy, or the policy does not state what it reads
   */
  constructor(policy: Policy, options: ReplayOptions = {}) {
    const { reads } = policy.manifest
    if (reads === undefined)
      throw new ReplayError(
        'the bundle was built by an earlier version of `iap` that did not list which values it reads: rebuild it',
      )
    this.#policy = policy
    this.#plans = new ReplayPlans(readWritten(reads))
    this.#hosts = new KnownHosts(policy)
    this.#options = options
    this.#data = new ReplayData(policy, options)
  }

  replay(record: LogRecord): Replayed {
    const before = decidedIn(record)
    if (before === null) return UNDECIDED
    try {
      const answer = this.answer(record)
      const after = answer === 'no-route' ? NO_ROUTE : this.#decidedAgain(answer, before)
      const change = after === null ? null : changeOf(before, after)
      return after === null || change === null ? SAME : { kind: 'changed', change, before, after }
    } catch (error) {
      if (error instanceof MissingValueError) return { kind: 'undetermined', needs: error.needs }
      throw error
    }
  }

  /**
   * Decides a recorded request. Returns the route, the caller's facts and the outcome, or `no-route` if no route matches. Returns
   * the route without an outcome if the route reads data that the policy had never received, in which case the request is denied.
   *
   * @throws MissingValueError if the decision needs a value that the record lacks
   */
  answer(record: LogRecord): Answer | 'no-route' | { readonly route: RouteEntry } {
    const recorded = new Recorded(record, this.#options.key ?? null)
    const read = { method: recorded.text('method'), host: recorded.text('host'), path: recorded.text('path') }
    const segments = read.path.slice(1).split('/')
    const { service } = record
    const index = this.#hosts.match(read.host, read.method, segments, typeof service === 'string' ? service : null)
    const route = this.#policy.module.routes[index]
    if (route === undefined) return 'no-route'
    // Without a route, callers were not authenticated.
    if (record.route === null) throw missingValue('caller')
    if (this.#neverArrived(route, record)) return { route }
    const data = this.#data.for(record)
    const { identity } = membersOf(record.caller)
    const plan = this.#plans.of(route.name, typeof identity === 'string' ? identity : null)
    if (plan === null) throw missingValue('caller')
    const facts = plan.identity === null ? this.#policy.anonymous : this.#factsOf(plan, recorded, data)
    const parts = { ...read, segments }
    const asked = recordedRequest(this.#policy, recorded, plan, parts, data.decided, false)
    // Repeated headers are refused before rules.
    for (const name of route.headers) {
      const planned = plan.headers.get(name)
      if (planned === undefined)
        throw new Error(`the policy reads the header \`${name}\`, which its manifest does not declare: rebuild the bundle`)
      if (recorded.json(planned) === undefined) throw missingValue(planned.path)
    }
    if (!route.hasBody) return { route, facts, asked, outcome: lacking(() => ask(this.#policy, index, facts, asked)) }
    const early = lacking(() => askEarly(this.#policy, index, facts, asked))
    if (early !== null) return { route, facts, asked, outcome: early }
    const whole = recordedRequest(this.#policy, recorded, plan, parts, data.decided, true)
    return { route, facts, asked: whole, outcome: lacking(() => ask(this.#policy, index, facts, whole)) }
  }

  known(record: LogRecord, route: RouteEntry): RecordedValues {
    const recorded = new Recorded(record, this.#options.key ?? null)
    const { identity } = membersOf(record.caller)
    const name = typeof identity === 'string' ? identity : null
    const plan = this.#plans.of(route.name, name)
    if (plan === null) throw missingValue('caller')
    return knownIn(recorded, plan, route, this.#data.for(record).lacking)
  }

  #decidedAgain(answer: Exclude<ReturnType<Replayer['answer']>, 'no-route'>, before: Decided): Decided | null {
    if (!('outcome' in answer)) return { ...NOTHING, effect: 'deny', route: answer.route.name, reason: 'data' }
    const { route, facts, asked, outcome } = answer
    const { effect, rule, reason } = outcome
    const obligations = effect === 'permit' ? lacking(() => obligationsOf(this.#policy, route, facts, asked)) : null
    const isSame = effect === before.effect && route.name === before.route && reason === before.reason
    // The common case, without further work.
    if (isSame && effect !== 'challenge' && hasNames(before, obligations)) return null
    const headers = Object.keys(obligations?.headers ?? {}).sort()
    const limits = (obligations?.limits ?? []).map((one) => one.rule).sort()
    const rules = rule === null ? NOTHING.rules : [rule]
    const decided: Decided = { effect, route: route.name, rules, reason, headers, limits, challenge: null }
    if (effect === 'permit') return decided
    // A challenge includes its requirements.
    const trace =
      effect === 'challenge' ? lacking(() => explain(this.#policy, outcome, route, facts, asked)) : traceOf(this.#policy, answer)
    return trace === null ? decided : { ...decided, rules: trace.rules, challenge: trace.challenge }
  }

  /** Whether data of the route were never received. @throws MissingValueError if unknown: another policy may not use them */
  #neverArrived(route: RouteEntry, record: LogRecord): boolean {
    if (route.data.length === 0) return false
    const { data = {}, anyVersion = false } = this.#options
    const versions = membersOf(record.data)
    for (const name of route.data) {
      if (Object.hasOwn(versions, name) || (anyVersion && Object.hasOwn(data, name))) continue
      if (record.revision !== this.#policy.revision) throw missingValue(`data ${name}`)
      return true
    }
    return false
  }

  #factsOf(plan: ReplayPlan, recorded: Recorded, data: DataOfRecord): CallerFacts {
    // Hashes may resolve to other parts of the record.
    const isHashed = this.#options.key !== undefined && this.#options.key !== null
    const key = isHashed ? `${data.key}${textOf(callerValues(plan, recorded))}` : callerKey(plan, recorded, data.key)
    const known = this.#facts.get(plan)?.get(key)
    if (known !== undefined) return known
    const made = callerFacts(this.#policy, plan, callerValues(plan, recorded), data.given, data.lacking)
    if (this.#callers++ % MOST_CALLERS === 0) this.#facts.clear()
    const ofPlan = this.#facts.get(plan) ?? new Map<string, CallerFacts>()
    this.#facts.set(plan, ofPlan.set(key, made))
    return made
  }
}

/** Returns the trace of a replayed decision, or `null` if it is unknown because values are missing. */
export function traceOf(policy: Policy, { route, facts, asked, outcome }: Answer): Trace | null {
  try {
    return lacking(() => explain(policy, outcome, route, facts, asked))
  } catch (error) {
    if (error instanceof MissingValueError) return null
    throw error
  }
}

function textOf(values: ReadonlyMap<string, unknown>): string {
  return JSON.stringify([...values].map(([, json]) => (json === undefined ? 0 : [json])))
}

const NONE: readonly string[] = []
const NOTHING = {
  rules: NONE,
  headers: NONE,
  limits: NONE,
  challenge: null,
}
const NO_ROUTE: Decided = { ...NOTHING, effect: 'deny', route: null, reason: 'no-route' }
