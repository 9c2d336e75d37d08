/**
 * `decide`, `early`, `obligations` and `trace` of generated routes against steps 8 to 10 of `spec/language/decision.md`, written down
 * once more as plainly as they read there. What rules hold is given by parameters: `t` true, `f` false, `e` error.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BOOL, INT, STRING } from '../../../language/checker/types/type.ts'
import {
  type DecisionRequest,
  type Facts,
  helpers,
  isHeaderValue,
  type Outcome,
  type PolicyModule,
  type RouteProgram,
  type Trace,
} from '../../../runtime/abi/index.ts'
import * as build from '../../ir/build.ts'
import type { DecisionStep, Expr, PolicyIr, Program, RequirementIr } from '../../ir/index.ts'
import { emit } from '../emit.ts'

type Truth = 't' | 'f' | 'e'

/** A rule, and what becomes of it in one request. */
interface Case {
  readonly name: string
  readonly effect: 'permit' | 'forbid'
  readonly shadow: boolean
  readonly to: 'anyone' | 'authenticated' | 'anonymous'
  readonly personal: boolean
  readonly because: string | null
  readonly requires: readonly RequirementIr[]
  readonly limit: boolean
  readonly header: boolean
  /** Whether a clause reads the body. */
  readonly readsBody: boolean
  readonly closed: Truth
  readonly body: Truth
  /** The key of its limit; the greatest int errs. */
  readonly key: number
  readonly value: string
}

interface Situation {
  readonly rules: readonly Case[]
  readonly caller: 'anonymous' | 'stepping' | 'stuck'
  readonly met: { readonly mfa: boolean; readonly acr: string | null; readonly age: number | null }
  readonly hasBody: boolean
}

// ---------------------------------------------------------------- the plain meaning

interface Answer {
  readonly effect: string
  readonly reason: string | null
  readonly rules: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly limits: readonly { readonly rule: string; readonly key: string }[]
  readonly challenge: readonly object[] | null
}

function isMet({ what, values, within }: RequirementIr, { caller, met }: Situation): boolean {
  if (caller === 'anonymous') return false
  if (what === 'mfa' && !met.mfa) return false
  if (what === 'acr' && !(met.acr !== null && values.includes(met.acr))) return false
  return within === null || (met.age !== null && met.age >= 0 && met.age <= within)
}

/** The clauses are one `&&`; of a permit that would hold, a key or a header that errs makes it err. */
function outcomeOf(rule: Case, situation: Situation): Truth {
  const cured = rule.effect === 'forbid' && rule.requires.some((one) => isMet(one, situation))
  const clauses = [rule.closed, ...(rule.readsBody ? [rule.body] : [])]
  if (cured || clauses.includes('f')) return 'f'
  if (clauses.includes('e')) return 'e'
  if (rule.limit && rule.key === Number.MAX_SAFE_INTEGER) return 'e'
  return rule.header && !isHeaderValue(rule.value) ? 'e' : 't'
}

function fits({ to }: Case, { caller }: Situation): boolean {
  return to === 'anyone' || (to === 'anonymous') === (caller === 'anonymous')
}

/** Steps 8 to 10 over some of the rules, sorted by name. */
function settle(rules: readonly Case[], situation: Situation): Answer {
  const nothing = { reason: null, rules: [], headers: {}, limits: [], challenge: null }
  const anonymous = situation.caller === 'anonymous'
  const signIn = situation.rules.some(({ effect, shadow, to }) => effect === 'permit' && !shadow && to === 'authenticated')
  const unmetOf = (rule: Case) => rule.requires.filter((one) => !isMet(one, situation))
  const forbids = rules.filter((rule) => rule.effect === 'forbid' && outcomeOf(rule, situation) !== 'f')
  const wouldHold = rules.filter((rule) => rule.effect === 'permit' && outcomeOf(rule, situation) === 't')
  const hold = wouldHold.filter((rule) => unmetOf(rule).length === 0)
  const deny = (deciding: readonly Case[]): Answer => ({
    ...nothing,
    effect: 'deny',
    reason: deciding[0]?.because ?? null,
    rules: deciding.map(({ name }) => name),
  })
  if (forbids.length > 0 && !anonymous) {
    const candidate = hold[0] ?? wouldHold[0]
    const curable = forbids.every(({ requires }) => requires.length > 0)
    if (!curable || situation.caller === 'stuck' || candidate === undefined) return deny(forbids)
    const asked = [...forbids.map(({ requires }) => requires[0] as RequirementIr), ...unmetOf(candidate)]
    const names = [...forbids, candidate].map(({ name }) => name).sort()
    return { ...nothing, effect: 'challenge', rules: names, challenge: inOrder(asked) }
  }
  if (forbids.length > 0) {
    const others = forbids.filter(({ personal }) => !personal)
    if (others.length > 0) return deny(others)
    return signIn ? { ...nothing, effect: 'unauthenticated', rules: forbids.map(({ name }) => name) } : deny(forbids)
  }
  if (hold.length > 0) {
    const headers = Object.fromEntries(hold.flatMap(({ name, header, value }) => (header ? [[`x-${name}`, value]] : [])))
    const limits = hold.every(({ limit }) => limit) ? hold.map(({ name, key }) => ({ rule: name, key: String(key + 1) })) : []
    return { ...nothing, effect: 'permit', rules: hold.map(({ name }) => name), headers, limits }
  }
  const [first] = wouldHold
  if (first !== undefined && anonymous) return { ...nothing, effect: 'unauthenticated' }
  if (first !== undefined && situation.caller === 'stepping')
    return { ...nothing, effect: 'challenge', rules: [first.name], challenge: inOrder(unmetOf(first)) }
  return anonymous && signIn ? { ...nothing, effect: 'unauthenticated' } : { ...nothing, effect: 'deny', reason: 'default' }
}

function inOrder(requirements: readonly RequirementIr[]): readonly object[] {
  const keyOf = ({ what, values, within }: RequirementIr) =>
    [what, values.join('\u0001'), within === null ? '~' : String(within).padStart(12, '0')].join('\0')
  const distinct = new Map(requirements.map((one) => [keyOf(one), one]))
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { what, values, within }]) => ({ what, values, within }))
}

/** Null: the body is to be read. */
function early(situation: Situation): Answer | null {
  const enforced = situation.rules.filter((rule) => !rule.shadow && fits(rule, situation))
  const isOpen = (rule: Case) => {
    const cured = rule.effect === 'forbid' && rule.requires.some((one) => isMet(one, situation))
    return rule.readsBody && rule.closed !== 'f' && !cured
  }
  const known = enforced.filter((rule) => !rule.readsBody)
  const answer = settle(known, situation)
  const deciding = known.filter(({ name, effect }) => effect === 'forbid' && answer.rules.includes(name))
  if (answer.effect === 'deny' && deciding.some(({ requires }) => requires.length === 0)) return answer
  const over = answer.effect === 'deny' || answer.effect === 'unauthenticated'
  return over && !enforced.some(isOpen) ? answer : null
}

function same(a: Answer, b: Answer): boolean {
  const text = ({ effect, reason, headers, limits, challenge }: Answer) =>
    JSON.stringify([effect, reason, Object.entries(headers).sort(), limits, challenge])
  return text(a) === text(b)
}

/** All that an answer has; `read`: the body was read. */
function expected(situation: Situation, read: boolean) {
  const fitting = situation.rules.filter((rule) => fits(rule, situation))
  const judged = fitting.filter((rule) => read || !rule.readsBody)
  const enforced = judged.filter(({ shadow }) => !shadow)
  const answer = settle(enforced, situation)
  const shadow = judged.filter(
    (one) =>
      one.shadow &&
      !same(
        answer,
        settle(
          judged.filter((rule) => !rule.shadow || rule === one),
          situation,
        ),
      ),
  )
  const errors = enforced.filter((rule) => outcomeOf(rule, situation) === 'e')
  return {
    effect: answer.effect,
    reason: answer.reason,
    rules: answer.rules,
    obligations: {
      headers: answer.headers,
      limits: answer.limits.map(({ rule, key }) => ({ rule, count: 5, per: 1000, key })),
    },
    challenge: answer.challenge,
    shadow: shadow.map(({ name }) => name),
    errors: errors.map(({ name }) => ({ rule: name, error: 'evaluation' })),
  }
}

// ---------------------------------------------------------------- the same, emitted

const PARAMS = 4
const OVERFLOW = build.compare(
  '>',
  build.arithmetic('+', build.constant(Number.MAX_SAFE_INTEGER, INT), build.constant(1, INT)),
  build.constant(0, INT),
)

function truth(index: number, name: string): Expr {
  const param = build.param(index, name, STRING)
  const is = (text: string) => build.equal(param, build.constant(text, STRING))
  return build.or(is('t'), build.and(is('e'), OVERFLOW))
}

function stepOf(rule: Case, at: number, caller: 'anonymous' | 'authenticated', hasBody: boolean): DecisionStep | null {
  if (rule.to !== 'anyone' && (rule.to === 'anonymous') !== (caller === 'anonymous')) return null
  const first = at * PARAMS
  const closed = truth(first, `closed${at}`)
  const ofBody = truth(first + 1, `body${at}`)
  const open = rule.readsBody && hasBody
  const stage = {
    anonymous: rule.effect === 'permit' ? (rule.requires.length > 0 ? 3 : 2) : rule.personal ? 1 : 0,
    authenticated: rule.effect === 'permit' ? 2 : 0,
  } as const
  const key = build.arithmetic('+', build.param(first + 2, `key${at}`, INT), build.constant(1, INT))
  return {
    rule: rule.name,
    effect: rule.effect,
    shadow: rule.shadow,
    stage: stage[caller],
    test: rule.readsBody ? build.and(closed, ofBody) : closed,
    to: build.TRUE,
    clauses: [
      { expression: closed, guards: [], waits: false },
      ...(rule.readsBody ? [{ expression: ofBody, guards: [], waits: open }] : []),
    ],
    written: [],
    requires: rule.requires,
    limit: rule.limit ? { count: 5, per: 1000, by: key } : null,
    headers: rule.header ? [{ name: `x-${rule.name}`, value: build.param(first + 3, `value${at}`, STRING) }] : [],
    open: open ? closed : null,
    because: rule.because,
    personal: rule.personal,
    waiting: [],
    unsure: { headers: [], data: [] },
  }
}

function policyOf({ rules, hasBody }: Situation): PolicyIr {
  const programOf = (caller: 'anonymous' | 'authenticated'): Program => {
    const steps = rules.flatMap((rule, at) => stepOf(rule, at, caller, hasBody) ?? [])
    const trace = steps.sort((a, b) => a.stage - b.stage || (a.rule < b.rule ? -1 : 1))
    const names = ({ effect, shadow, to }: Case) => effect === 'permit' && !shadow && to === 'authenticated'
    return { decide: trace.filter(({ shadow }) => !shadow), trace, signIn: caller === 'anonymous' && rules.some(names) }
  }
  const identity = { methods: [], claims: new Map(), spiffe: false, roles: [] }
  return {
    identities: [
      { ...identity, name: 'stepping', stepsUp: true },
      { ...identity, name: 'stuck', stepsUp: false },
    ],
    callerFields: [],
    roleWords: 0,
    data: [],
    routes: [
      {
        name: 's.r',
        service: 's',
        labels: [],
        methods: null,
        template: '/',
        segments: [],
        params: [],
        hosts: [],
        headers: [],
        data: [],
        rpc: false,
        query: null,
        body: hasBody ? { type: BOOL, schema: null } : null,
        ownHeaders: [],
        anonymous: programOf('anonymous'),
        authenticated: programOf('authenticated'),
      },
    ],
  }
}

const NOW = 1_767_268_800_000_000_000n

function questionOf({ rules, caller, met }: Situation, body: unknown) {
  const facts: Facts = {
    identity: ['anonymous', 'stepping', 'stuck'].indexOf(caller) - 1,
    roles: [],
    caller: caller === 'anonymous' ? null : {},
    auth:
      caller === 'anonymous'
        ? { time: null, acr: null, mfa: false }
        : { time: met.age === null ? null : NOW - BigInt(met.age) * 1_000_000n, acr: met.acr, mfa: met.mfa },
  }
  // Parameters that no path could have, so that a rule can be given any value.
  const params = rules.flatMap(({ closed, body: ofBody, key, value }) => [closed, ofBody, key, value])
  const segments = params.map((one) => (typeof one === 'number' ? String(one) : one)) as unknown as string[]
  const request: DecisionRequest = {
    method: 'GET',
    host: 'h.test',
    path: '/',
    segments,
    headers: { get: () => undefined, count: () => 0 },
    sourceIp: '192.0.2.1',
    time: NOW,
    query: null,
    body,
    mtls: null,
    data: {},
  }
  return [facts, request] as const
}

/** What the fast functions say must be what the trace says. */
function agree(module: PolicyModule, index: number, traced: Trace): void {
  const outcome = module.outcomes[index] as Outcome
  expect([outcome.effect, outcome.reason]).toEqual([traced.effect, traced.reason])
  if (outcome.rule !== null) expect(traced.rules).toContain(outcome.rule)
}

// ---------------------------------------------------------------- the property

const requirement: fc.Arbitrary<RequirementIr> = fc.oneof(
  fc.constantFrom<RequirementIr>(
    { what: 'mfa', values: [], within: null },
    { what: 'mfa', values: [], within: 600_000 },
    { what: 'mfa', values: [], within: 60_000 },
    { what: 'acr', values: ['gold'], within: null },
    { what: 'acr', values: ['gold', 'silver'], within: 60_000 },
    { what: 'auth', values: [], within: 600_000 },
  ),
)
const some = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.array(requirement, { minLength: 1, maxLength: 2 }) },
)

function ruleOf(name: string): fc.Arbitrary<Case> {
  return fc
    .record({
      effect: fc.constantFrom('permit', 'permit', 'permit', 'permit', 'forbid'),
      shadow: fc.integer({ min: 0, max: 4 }).map((one) => one === 0),
      to: fc.constantFrom('anyone', 'anyone', 'authenticated', 'anonymous'),
      reads: fc.boolean(),
      because: fc.constantFrom(null, 'One.', 'Two.'),
      requires: some,
      limit: fc.boolean(),
      header: fc.boolean(),
      readsBody: fc.integer({ min: 0, max: 3 }).map((one) => one === 0),
      closed: fc.constantFrom('t', 't', 't', 'f', 'f', 'f', 'e'),
      body: fc.constantFrom('t', 't', 'f', 'e'),
      key: fc.constantFrom(1, 1, 7, Number.MAX_SAFE_INTEGER),
      value: fc.constantFrom('a', 'a', 'a b', '', ' a', 'é'),
    } as const)
    .map(({ reads, ...rule }): Case => {
      const forbid = rule.effect === 'forbid'
      return {
        ...rule,
        name,
        effect: rule.effect as Case['effect'],
        to: rule.to as Case['to'],
        closed: rule.closed as Truth,
        body: rule.body as Truth,
        personal: forbid && (reads || rule.to !== 'anyone' || rule.requires.length > 0),
        because: forbid ? rule.because : null,
        limit: rule.limit && !forbid,
        header: rule.header && !forbid,
      }
    })
}

const situation: fc.Arbitrary<Situation> = fc.record({
  rules: fc.integer({ min: 0, max: 6 }).chain((count) => fc.tuple(...['a', 'b', 'c', 'd', 'e', 'f'].slice(0, count).map(ruleOf))),
  caller: fc.constantFrom('anonymous', 'stepping', 'stepping', 'stuck'),
  met: fc.record({
    mfa: fc.boolean(),
    acr: fc.constantFrom(null, 'gold', 'silver', 'bronze'),
    age: fc.constantFrom(null, -1, 0, 60_000, 60_001, 700_000),
  }),
  hasBody: fc.boolean(),
})

/** It compiles a route each time. */
const RUNS = process.env.IAP_FULL === '1' ? 5_000 : 800

// With IAP_FULL=1, ten seconds of processor time.
test('all functions of a route say what the reference says', { timeout: 300_000 }, () => {
  const seen = new Map<string, number>()
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)
  fc.assert(
    fc.property(situation, (one) => {
      const module = new Function('abi', emit(policyOf(one)).code)(helpers) as PolicyModule
      const route = module.routes[0] as RouteProgram
      const full = expected(one, true)
      const question = questionOf(one, one.hasBody ? false : undefined)
      const traced = route.trace(...question)
      expect(traced).toEqual(full)
      const decided = route.decide(...question)
      agree(module, decided, traced)
      // Which leaves rules out, as the proxy asks.
      expect(route.trace(...question, module.outcomes[decided])).toEqual(full)
      if (full.effect === 'permit')
        expect(route.obligations?.(...question) ?? { headers: {}, limits: [] }).toEqual(full.obligations)
      count(full.effect)
      if (full.shadow.length > 0) count('shadow')
      if (full.effect === 'challenge' && full.rules.length > 1) count('cured')
      if (full.obligations.limits.length > 0) count('limits')
      if (!one.hasBody) {
        expect(route.early).toBeNull()
        return
      }
      const before = questionOf(one, undefined)
      const answer = early(one)
      const index = route.early?.(...before)
      count(answer === null ? 'read' : `early ${answer.effect}`)
      if (answer === null) {
        expect(index).toBe(-1)
        expect(() => route.trace(...before)).toThrow('the body must be read before this decision')
      } else {
        const tracedBefore = route.trace(...before)
        expect(tracedBefore).toEqual(expected(one, false))
        agree(module, index as number, tracedBefore)
        expect(route.trace(...before, module.outcomes[index as number])).toEqual(tracedBefore)
      }
    }),
    { seed: 3, numRuns: RUNS },
  )
  for (const what of [
    'permit',
    'deny',
    'challenge',
    'unauthenticated',
    'cured',
    'shadow',
    'limits',
    'read',
    'early deny',
    'early unauthenticated',
  ])
    expect([what, (seen.get(what) ?? 0) > RUNS / 125]).toEqual([what, true])
})
