/** What has to hold of the rest, for a caller on a route, where some of a request is known. */

import * as build from '../../compiler/ir/build.ts'
import { type DecisionStep, type Expr, lower, type PolicyIr, type RequirementIr, type RouteIr } from '../../compiler/ir/index.ts'
import type { Model } from '../../language/checker/model.ts'
import type { WrittenClause } from '../../runtime/abi/index.ts'
import { flattened } from './flattened.ts'
import { has, type Knowledge, type KnownRequest } from './known-request.ts'
import { knownValue } from './known-value.ts'
import { obliging } from './obliging.ts'
import { partiallyEvaluate } from './partially-evaluate.ts'
import type { PlannedObligation } from './plan-parts.ts'
import { forFalsity, forTruth } from './polarity.ts'

export interface Plan {
  readonly route: string
  /** Whether the request is permitted, whatever the rest is; null: that depends. */
  readonly permitted: boolean | null
  /** True where the request is permitted. Where it is false, or errs, it is not. */
  readonly condition: Expr
  /** Those that can matter, each with what is left of it. */
  readonly permits: readonly PlannedRule[]
  readonly forbids: readonly PlannedRule[]
  /** Permits that may apply and oblige to what no condition says. */
  readonly obligations: readonly PlannedObligation[]
  /** Data that the route reads and that are not known: where one of them never arrived, nothing is permitted. */
  readonly data: readonly string[]
}

export interface PlannedRule {
  readonly rule: string
  /** Of a permit: where it is true, the rule holds. Of a forbid: where it is not false, the rule stands. */
  readonly condition: Expr
  /** What is left of its clauses one by one, and where they are written. */
  readonly clauses: readonly { readonly condition: Expr; readonly written: WrittenClause | null }[]
}

/** A service asks for one caller after the other. */
const lowered = new WeakMap<Model, PolicyIr>()

/** Null: the policy has no such route. */
export function plan(model: Model, route: string, known: KnownRequest): Plan | null {
  const policy = lowered.get(model) ?? lower(model)
  lowered.set(model, policy)
  const found = policy.routes.find(({ name }) => name === route)
  return found === undefined ? null : planOn(policy, found, known)
}

function planOn(policy: PolicyIr, route: RouteIr, known: KnownRequest): Plan {
  const knowledge = knowledgeOf(policy, known)
  const { trace } = known.caller === null ? route.anonymous : route.authenticated
  const enforced = trace.filter(({ shadow }) => !shadow)
  const isMet = ({ what, values, within }: RequirementIr) =>
    knownValue(build.requirementTest(what, values, within), knowledge) === true
  const may = enforced.filter(({ effect, requires }) => effect === 'permit' && requires.every(isMet))
  const permits = may.map((step) => ruleOf(step, holding(step, knowledge), knowledge)).filter(isNot(false))
  // A forbid errs where it does, and stands then, but for a requirement that is met.
  const standing = enforced.filter(({ effect, requires }) => effect === 'forbid' && !requires.some(isMet))
  const forbids = standing
    .map((step) => ruleOf(step, forFalsity(partiallyEvaluate(step.test, knowledge)), knowledge))
    .filter(isNot(false))
  const condition = together(permits, forbids)
  const settled = condition.kind === 'Const' ? condition.value === true : null
  const names = new Set(permits.map(({ rule }) => rule))
  return {
    route: route.name,
    permitted: settled,
    condition,
    permits,
    forbids,
    obligations: settled === false ? [] : may.filter(({ rule }) => names.has(rule)).flatMap(obligationOf),
    data: route.data.filter((name) => !has(known.data, name)),
  }
}

/** Of larger maps, what stands under a key that is not known is left to who has them. */
const MOST_KEYS = 1_000

function knowledgeOf({ identities }: PolicyIr, known: KnownRequest): Knowledge {
  const identityIndex = identities.findIndex(({ name }) => name === known.caller?.identity)
  if (known.caller !== null && identityIndex < 0) throw new Error(`no identity \`${known.caller.identity}\``)
  return { known, identity: identities[identityIndex] ?? null, identityIndex, variables: new Map(), keys: MOST_KEYS }
}

/** With what it obliges to. */
function holding(step: DecisionStep, knowledge: Knowledge): Expr {
  const settled = partiallyEvaluate(step.test, knowledge)
  if (settled.kind === 'Const' && settled.value === false) return settled
  // What it obliges to is read where the test is true, so that the test guards it.
  const readable = obliging(step, knowledge).filter((one) => !(one.kind === 'Const' && one.value === true))
  const operands = [settled, ...readable].map((expression, at) => ({ expression, guards: at === 0 ? [] : [0] }))
  return forTruth(flattened('&&', operands))
}

function ruleOf(step: DecisionStep, condition: Expr, knowledge: Knowledge): PlannedRule {
  return {
    rule: step.rule,
    condition,
    // Asked where something is refused.
    get clauses() {
      return step.clauses.map(({ expression }, at) => ({
        condition: partiallyEvaluate(expression, knowledge),
        written: step.written[at] ?? null,
      }))
    },
  }
}

function isNot(value: boolean) {
  return ({ condition }: PlannedRule) => !(condition.kind === 'Const' && condition.value === value)
}

function together(permits: readonly PlannedRule[], forbids: readonly PlannedRule[]): Expr {
  const isTrue = ({ condition }: PlannedRule) => condition.kind === 'Const' && condition.value === true
  if (permits.length === 0 || forbids.some(isTrue)) return build.FALSE
  const operand = (expression: Expr) => ({ expression, guards: [] })
  const permit = permits.some(isTrue)
    ? []
    : [
        flattened(
          '||',
          permits.map(({ condition }) => operand(condition)),
        ),
      ]
  const forbid = forbids.map(({ condition }) => (condition.kind === 'Not' ? condition.operand : build.not(condition)))
  return flattened('&&', [...permit, ...forbid].map(operand))
}

function obligationOf({ rule, limit, headers }: DecisionStep): readonly PlannedObligation[] {
  if (limit === null && headers.length === 0) return []
  return [{ rule, limit: limit !== null, headers: headers.map(({ name }) => name) }]
}
