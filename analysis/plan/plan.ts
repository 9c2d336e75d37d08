/** Plans: what the unknown part of a request must satisfy, for a caller on a route. */

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
  /** Whether the request is permitted, if the unknown part of the request does not affect that; else null. */
  readonly permitted: boolean | null
  /**
   * Condition on the unknown parts under which the request is permitted. For a request that is not permitted, the condition is
   * false or errs.
   */
  readonly condition: Expr
  /** Permit rules that can affect the decision, each with its remaining condition on the unknown parts. */
  readonly permits: readonly PlannedRule[]
  readonly forbids: readonly PlannedRule[]
  /** Obligations of permits that may apply. The condition does not include them. */
  readonly obligations: readonly PlannedObligation[]
  /** Unknown data that the route reads. If one of them never arrived, no request is permitted. */
  readonly data: readonly string[]
}

export interface PlannedRule {
  readonly rule: string
  /** Remaining condition of the rule. A permit applies if the condition is true; a forbid applies unless it is false. */
  readonly condition: Expr
  /**
   * The clauses of the rule: for each, the condition that remains after the known part of the request is inserted, and the source
   * of the clause.
   */
  readonly clauses: readonly { readonly condition: Expr; readonly written: WrittenClause | null }[]
}

/** Memoized, as a service asks for many callers. */
const lowered = new WeakMap<Model, PolicyIr>()

/** Returns the condition under which a partly known request is permitted on a route, or null for an unknown route. */
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
  // A forbid that errs holds, unless a requirement is met.
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

/** The maximum size of a map whose unknown key is resolved here. */
const MOST_KEYS = 1_000

function knowledgeOf({ identities }: PolicyIr, known: KnownRequest): Knowledge {
  const identityIndex = identities.findIndex(({ name }) => name === known.caller?.identity)
  if (known.caller !== null && identityIndex < 0) throw new Error(`no identity \`${known.caller.identity}\``)
  return { known, identity: identities[identityIndex] ?? null, identityIndex, variables: new Map(), keys: MOST_KEYS }
}

/** Includes the obligations. */
function holding(step: DecisionStep, knowledge: Knowledge): Expr {
  const settled = partiallyEvaluate(step.test, knowledge)
  if (settled.kind === 'Const' && settled.value === false) return settled
  // Obligations are read only if the test is true, so it guards them.
  const readable = obliging(step, knowledge).filter((one) => !(one.kind === 'Const' && one.value === true))
  const operands = [settled, ...readable].map((expression, at) => ({ expression, guards: at === 0 ? [] : [0] }))
  return forTruth(flattened('&&', operands))
}

function ruleOf(step: DecisionStep, condition: Expr, knowledge: Knowledge): PlannedRule {
  return {
    rule: step.rule,
    condition,
    // Computed lazily, only for refused conditions.
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
