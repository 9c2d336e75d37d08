/** What a route decides: its rules as steps, once for anonymous and once for authenticated callers. */
import type { Model, Principal, Route, Rule } from '../../language/semantics/model.ts'
import type { SegmentProgram } from '../../runtime/abi/index.ts'
import * as build from './build.ts'
import type { Expr } from './expression.ts'
import { identityTest, type Lowering, lowerOperands, roleBit } from './lower-expression.ts'
import type { OutcomeIr, Program, RouteIr, Step } from './policy.ts'

const STAGE = { forbid: 0, personal: 1, permit: 2 } as const

/** `rules` are those of this route, sorted by name. */
export function lowerRoute(route: Route, rules: readonly Rule[], model: Model): RouteIr {
  return {
    name: route.name,
    service: route.service.name,
    labels: route.labels.map(({ name }) => name),
    methods: route.methods,
    template: route.template,
    segments: route.segments.map(lowerSegment),
    params: route.params.map(({ name }) => name),
    hosts: route.service.hosts.map(({ text }) => text),
    headers: [...new Set(rules.flatMap(({ headers }) => headers))].sort(),
    anonymous: lowerAnonymous(rules, { model, route, caller: 'anonymous' }),
    authenticated: lowerAuthenticated(rules, { model, route, caller: 'authenticated' }),
  }
}

function lowerSegment(segment: Route['segments'][number]): SegmentProgram {
  switch (segment.kind) {
    case 'literal':
      return { kind: 'literal', text: segment.text }
    case 'param':
      return { kind: 'param', type: segment.type, prefix: segment.prefix, suffix: segment.suffix }
    case 'rest':
      return { kind: 'rest' }
  }
}

function lowerAuthenticated(rules: readonly Rule[], lowering: Lowering): Program {
  const steps = rules.map((rule) =>
    rule.effect === 'permit'
      ? step(rule, STAGE.permit, permits(rule), lowering)
      : step(rule, STAGE.forbid, denies(rule), lowering),
  )
  return program(steps, { effect: 'deny', rule: null, reason: 'default' })
}

/**
 * An anonymous caller whom a personal forbid stops, or no rule permits, is asked to sign in where a permit of the route
 * names somebody who is signed in; whether its conditions would hold is not looked at, so nothing leaks.
 */
function lowerAnonymous(rules: readonly Rule[], lowering: Lowering): Program {
  const signIn = rules.some(
    (rule) => rule.effect === 'permit' && rule.to.some(({ kind }) => kind !== 'anonymous' && kind !== 'anyone'),
  )
  const steps = rules.map((rule) => {
    if (rule.effect === 'permit') return step(rule, STAGE.permit, permits(rule), lowering)
    if (!rule.personal) return step(rule, STAGE.forbid, denies(rule), lowering)
    return step(
      rule,
      STAGE.personal,
      signIn ? { effect: 'unauthenticated', rule: rule.name, reason: null } : denies(rule),
      lowering,
    )
  })
  return program(
    steps,
    signIn ? { effect: 'unauthenticated', rule: null, reason: null } : { effect: 'deny', rule: null, reason: 'default' },
  )
}

function permits(rule: Rule): OutcomeIr {
  return { effect: 'permit', rule: rule.name, reason: null }
}

function denies(rule: Rule): OutcomeIr {
  return { effect: 'deny', rule: rule.name, reason: rule.because }
}

function program(steps: readonly (Step | null)[], otherwise: OutcomeIr): Program {
  const sorted = steps.filter((step) => step !== null).sort((a, b) => a.stage - b.stage || (a.rule < b.rule ? -1 : 1))
  return { decide: sorted, trace: sorted, otherwise }
}

/** Null where the rule's `to` cannot fit. */
function step(rule: Rule, stage: number, outcome: OutcomeIr, lowering: Lowering): Step | null {
  const to = lowerTo(rule.to, lowering)
  if (to === build.FALSE) return null
  const conditions = rule.conditions.map(({ expression }) => expression)
  const first = to === build.TRUE ? [] : [{ expression: to, guards: [] }]
  const operands = lowerOperands(conditions, lowering, first.length).map((operand, at) =>
    rule.conditions[at]?.unless ? { ...operand, expression: build.not(operand.expression) } : operand,
  )
  return { rule: rule.name, effect: rule.effect, stage, test: build.chain('&&', [...first, ...operands]), outcome }
}

/** Whether the caller is one of these: the roles of a word are tested at once. */
function lowerTo(principals: readonly Principal[], { model, caller }: Lowering): Expr {
  if (principals.some(({ kind }) => kind === 'anyone')) return build.TRUE
  const named = caller === 'anonymous' ? 'anonymous' : 'authenticated'
  if (principals.some(({ kind }) => kind === named)) return build.TRUE
  if (caller === 'anonymous') return build.FALSE
  const masks: number[] = []
  const tests: Expr[] = []
  for (const principal of principals) {
    if (principal.kind === 'identity') tests.push(identityTest(principal.identity, model, caller))
    if (principal.kind !== 'role') continue
    const { word, bit } = roleBit(principal.role)
    masks[word] = (masks[word] ?? 0) | (1 << bit)
  }
  if (tests.includes(build.TRUE)) return build.TRUE
  masks.forEach((mask, word) => {
    tests.push(build.roleTest(word, mask))
  })
  return build.or(...tests)
}
