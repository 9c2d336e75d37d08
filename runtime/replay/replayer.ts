import type { DataSnapshot, DecisionRequest, Facts, Outcome, RouteProgram, Trace } from '../abi/index.ts'
import type { LogRecord } from '../audit/query/index.ts'
import { ask, askEarly, explain, noData, type Policy } from '../policy/index.ts'
import { askedAgain, withBody } from './asked-again.ts'
import { callerFacts, callerValues } from './caller-facts.ts'
import { type ChangeKind, changeOf, type Decided, decidedIn } from './compare.ts'
import type { HashKey } from './hash-key.ts'
import { KnownHosts } from './known-hosts.ts'
import { Lack, lack } from './lack.ts'
import { membersOf, Recorded } from './recorded.ts'
import { type ReplayPlan, ReplayPlans } from './replay-plan.ts'

export interface ReplayOptions {
  /** Values of data, as JSON, with their versions. A record that was decided by another version lacks it. */
  readonly data?: Readonly<Record<string, { readonly version: string; readonly json: unknown }>>
  /** Whether data count whatever version records name. */
  readonly anyVersion?: boolean
  readonly key?: HashKey | null
}

/** What a policy decides of what was recorded. */
export type Replayed =
  | { readonly kind: 'same' }
  | { readonly kind: 'changed'; readonly change: ChangeKind; readonly before: Decided; readonly after: Decided }
  /** It asks for what the record does not hold. */
  | { readonly kind: 'cannot-tell'; readonly needs: string }
  /** No policy has decided it. */
  | { readonly kind: 'undecided' }

/** What a policy was asked, and has answered. */
export interface Answer {
  readonly route: RouteProgram
  readonly facts: Facts
  readonly asked: DecisionRequest
  readonly outcome: Outcome
}

const SAME: Replayed = { kind: 'same' }
const UNDECIDED: Replayed = { kind: 'undecided' }
/** Callers whose facts are kept. */
const MOST_CALLERS = 20_000

/** Decides recorded requests by another policy than that which did. Facts of callers are made once. */
export class Replayer {
  readonly #policy: Policy
  readonly #plans: ReplayPlans
  readonly #hosts: KnownHosts
  readonly #options: ReplayOptions
  readonly #data: DataSnapshot
  /** By what is lacking of them. */
  readonly #partly = new Map<string, DataSnapshot>()
  readonly #facts = new Map<ReplayPlan, Map<string, Facts>>()
  #callers = 0

  /** Throws where data do not fit the policy, or it does not say what it reads. */
  constructor(policy: Policy, options: ReplayOptions = {}) {
    const { reads } = policy.manifest
    if (reads === undefined)
      throw new ReplayError('it was built by an earlier version of `iap`, and does not say what it reads: build it anew')
    this.#policy = policy
    this.#plans = new ReplayPlans(policy, reads)
    this.#hosts = new KnownHosts(policy)
    this.#options = options
    const values = Object.entries(options.data ?? {}).map(([name, { json }]) => [name, json] as const)
    const prepared = policy.prepare(Object.fromEntries(values), noData)
    if (!prepared.ok) throw new ReplayError(prepared.message)
    this.#data = prepared.data
  }

  replay(record: LogRecord): Replayed {
    const before = decidedIn(record)
    if (before === null) return UNDECIDED
    try {
      const after = this.#decidedAgain(record, before)
      const change = changeOf(before, after)
      return change === null ? SAME : { kind: 'changed', change, before, after }
    } catch (error) {
      if (error instanceof Lack) return { kind: 'cannot-tell', needs: error.needs }
      throw error
    }
  }

  /** Null: there is no route, or data never arrived. Throws `Lack`. */
  answer(record: LogRecord): Answer | 'no-route' | { readonly route: RouteProgram } {
    const recorded = new Recorded(record, this.#options.key ?? null)
    const path = recorded.text('path')
    const segments = path.slice(1).split('/')
    const { service } = record
    const host = recorded.text('host')
    const index = this.#hosts.match(host, recorded.text('method'), segments, typeof service === 'string' ? service : null)
    const route = this.#policy.module.routes[index]
    if (route === undefined) return 'no-route'
    // Who called was not asked where there was nothing to call.
    if (record.route === null) throw lack('caller')
    const lacking = this.#lackingData(route, record)
    if (lacking === null) return { route }
    const data = this.#dataWithout(lacking)
    const { identity } = membersOf(record.caller)
    const plan = this.#plans.of(route.name, typeof identity === 'string' ? identity : null)
    if (plan === null) throw lack('caller')
    const facts = plan.identity === null ? this.#policy.anonymous : this.#factsOf(plan, recorded, lacking)
    const asked = askedAgain(recorded, plan, path, segments, data)
    if (route.body === null) return { route, facts, asked, outcome: ask(this.#policy, index, facts, asked) }
    const early = askEarly(this.#policy, index, facts, asked)
    if (early !== null) return { route, facts, asked, outcome: early }
    const whole = withBody(asked, recorded, plan)
    return { route, facts, asked: whole, outcome: ask(this.#policy, index, facts, whole) }
  }

  #decidedAgain(record: LogRecord, before: Decided): Decided {
    const answer = this.answer(record)
    if (answer === 'no-route') return { ...NOTHING, effect: 'deny', route: null, reason: 'no-route' }
    if (!('outcome' in answer)) return { ...NOTHING, effect: 'deny', route: answer.route.name, reason: 'data' }
    const { route, facts, asked, outcome } = answer
    const { effect, rule, reason } = outcome
    const rules = rule === null ? NOTHING.rules : [rule]
    const decided = { ...NOTHING, effect, route: route.name, rules, reason }
    if (effect === 'permit') {
      if (route.obligations === null) return decided
      const { headers, limits } = route.obligations(facts, asked)
      return { ...decided, headers: Object.keys(headers).sort(), limits: limits.map((one) => one.rule).sort() }
    }
    // All that decided it is told where it matters; mostly it is as it was.
    if (effect !== 'challenge' && changeOf(before, decided) === null) return decided
    const trace = traceOf(answer)
    if (trace === null && effect === 'challenge') throw lack('challenge')
    return trace === null ? decided : { ...decided, rules: trace.rules, challenge: trace.challenge }
  }

  /** Null: something that is read has never arrived. */
  #lackingData(route: RouteProgram, record: LogRecord): ReadonlySet<string> | null {
    const { data = {}, anyVersion = false } = this.#options
    const versions = membersOf(record.data)
    if (this.#policy.module.data.length === 0) return NOTHING_LACKING
    for (const name of route.data) {
      if (Object.hasOwn(versions, name) || (anyVersion && Object.hasOwn(data, name))) continue
      // Another policy may not have named it.
      if (record.revision !== this.#policy.revision) throw lack(`data ${name}`)
      return null
    }
    const lacking = this.#policy.module.data.filter(
      ({ name }) => !Object.hasOwn(data, name) || !(anyVersion || data[name]?.version === versions[name]),
    )
    return lacking.length === 0 ? NOTHING_LACKING : new Set(lacking.map(({ name }) => name))
  }

  #dataWithout(lacking: ReadonlySet<string>): DataSnapshot {
    if (lacking.size === 0) return this.#data
    const key = [...lacking].join()
    const known = this.#partly.get(key)
    if (known !== undefined) return known
    const data: Record<string, unknown> = Object.create(null)
    for (const name of Object.keys(this.#data)) {
      if (lacking.has(name))
        Object.defineProperty(data, name, {
          enumerable: true,
          get() {
            throw lack(`data ${name}`)
          },
        })
      else data[name] = this.#data[name]
    }
    this.#partly.set(key, data)
    return data
  }

  #factsOf(plan: ReplayPlan, recorded: Recorded, lacking: ReadonlySet<string>): Facts {
    const values = callerValues(plan, recorded)
    const key = `${[...lacking].join()} ${textOf(values)}`
    const known = this.#facts.get(plan)?.get(key)
    if (known !== undefined) return known
    const made = callerFacts(this.#policy, plan, values, this.#undefinedWithout(lacking), lacking)
    if (this.#callers++ % MOST_CALLERS === 0) this.#facts.clear()
    const ofPlan = this.#facts.get(plan) ?? new Map<string, Facts>()
    this.#facts.set(plan, ofPlan.set(key, made))
    return made
  }

  /** Of data that never arrived a role is not there; who asks for it finds that it is lacking. */
  #undefinedWithout(lacking: ReadonlySet<string>): DataSnapshot {
    if (lacking.size === 0) return this.#data
    const data: Record<string, unknown> = Object.create(null)
    for (const name of Object.keys(this.#data)) data[name] = lacking.has(name) ? undefined : this.#data[name]
    return data
  }
}

/** All that was lacking is told of by whoever looks for more; null where the rest cannot be told. */
export function traceOf({ route, facts, asked, outcome }: Answer): Trace | null {
  try {
    return explain(outcome, route, facts, asked)
  } catch (error) {
    if (error instanceof Lack) return null
    throw error
  }
}

function textOf(values: ReadonlyMap<string, unknown>): string {
  let text = ''
  for (const [, json] of values) text += `${json === undefined ? '' : JSON.stringify(json)},`
  return text
}

const NOTHING_LACKING: ReadonlySet<string> = new Set()
const NOTHING = {
  rules: [] as readonly string[],
  headers: [] as readonly string[],
  limits: [] as readonly string[],
  challenge: null,
}

/** Why nothing can be replayed: the bundle's fault, or that of what was given with it. */
export class ReplayError extends Error {}
