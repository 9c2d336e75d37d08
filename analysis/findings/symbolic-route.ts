/** A route's rules for one kind of caller, as edges of a diagram. */

import type { DecisionStep, IdentityIr, Program, RouteIr } from '../../compiler/ir/index.ts'
import type { Identity, Model, Route, Rule } from '../../language/checker/model.ts'
import type { Span } from '../../language/source.ts'
import type { Expression } from '../../language/syntax/ast.ts'
import { walkExpressions } from '../../language/syntax/children.ts'
import { Bdd, type Edge, FALSE } from '../bdd/bdd.ts'
import type { AnalysisControl } from '../budget.ts'
import type { Context, Meaning } from '../symbolic/context.ts'
import { AtomCollector } from '../symbolic/domain/atom-collector.ts'
import { consistency } from '../symbolic/domain/consistency.ts'
import { Encoding } from '../symbolic/domain/encoding.ts'
import type { KnownClasses } from '../symbolic/domain/known-classes.ts'
import { domainsOf } from '../symbolic/domains.ts'
import type { Lowered } from '../symbolic/lowered.ts'
import { meaningOf } from '../symbolic/meaning.ts'
import { obliges } from '../symbolic/permitted.ts'
import { contextOf } from '../symbolic/read-context.ts'
import { met } from '../symbolic/requirements.ts'

export interface SymbolicRoute {
  /** Routes with equal programs and inputs. The other members apply to each of them. */
  readonly routes: readonly Route[]
  /** The caller's identity; null for an anonymous caller. */
  readonly identity: Identity | null
  readonly context: Context
  readonly diagram: Bdd
  readonly encoding: Encoding
  /**
   * Set of the requests that satisfy the axioms of values, such as transitive order. A set disjoint from it contains no real
   * request.
   */
  readonly consistent: Edge
  /**
   * Rules of all routes that this one stands for, sorted by rule name. Rules that never apply to its kind of caller may be left
   * out.
   */
  readonly rules: readonly SeenRule[]
}

export interface SeenRule {
  readonly rule: Rule
  readonly step: DecisionStep
  /** Parts of the rule, such as its `to` and its clauses. The rule applies if and only if every part lets it (`lets`). */
  readonly parts: readonly RulePart[]
  /**
   * Set of requests to which the rule applies. A permit applies if all of its conditions are true; a forbid also if a condition
   * errs.
   */
  readonly applies: Edge
  /** For a permit: the set of requests for which all conditions are true, except that its `require` parts may be unmet. */
  readonly holds: Edge
  /** For a forbid: the set of requests to which it applies because one of its conditions errs. FALSE for a permit. */
  readonly errs: Edge
}

export interface RulePart {
  readonly kind: 'to' | 'clause' | 'require' | 'limit' | 'header'
  /** Set of requests for which this part lets the rule apply. A permit's part must be true; a forbid's part must not be false. */
  readonly lets: Edge
  /** Source range of the part; null if the part has no source text. */
  readonly span: Span | null
  /** Details of a `when` or `unless` clause; null for other kinds of parts. */
  readonly clause: {
    readonly unless: boolean
    /** The sets of requests for which the clause is true and false. For an `unless`, the two are swapped. */
    readonly meaning: Meaning
    /**
     * Whether other parts depend on the clause, so that it cannot be removed. Examples: it guards another clause or an
     * obligation, or it is why an anonymous caller is asked to sign in.
     */
    readonly stays: boolean
  } | null
}

/** The budget of nodes of one diagram, so that nobody waits for a warning. */
const BUDGET = 150_000

/**
 * Returns a route's rules for one kind of caller as functions of a decision diagram.
 *
 * @throws BudgetError if the diagram exceeds its budget, or the time is up
 * @throws TooManyTextsError if the texts have too many classes
 */
export function sightOf(
  lowered: Lowered,
  model: Model,
  rulesByName: ReadonlyMap<string, Rule>,
  program: RouteIr,
  routes: readonly Route[],
  identity: IdentityIr | null,
  known: KnownClasses,
  { isOver }: AnalysisControl,
  gaveUp: () => void,
): SymbolicRoute {
  const { trace }: Program = identity === null ? program.anonymous : program.authenticated
  const steps = trace.toSorted((a, b) => (a.rule < b.rule ? -1 : 1))
  const read = (context: Context) => steps.map((step) => seen(step, rulesByName.get(step.rule) as Rule, context))
  const gathering = new AtomCollector()
  read(contextOf(gathering, identity, lowered))
  gathering.settle()
  const diagram = new Bdd(isOver, BUDGET, gaveUp)
  const encoding = new Encoding(gathering, diagram, domainsOf(program, identity), known)
  const context = contextOf(encoding, identity, lowered)
  const rules = read(context)
  return {
    routes,
    identity: model.identities.find(({ name }) => name === identity?.name) ?? null,
    context,
    diagram,
    encoding,
    consistent: consistency(encoding),
    rules,
  }
}

function seen(step: DecisionStep, rule: Rule, context: Context): SeenRule {
  const { diagram } = context.world
  const isPermit = rule.effect === 'permit'
  const lets = ({ yes, no }: Meaning) => (isPermit ? yes : diagram.not(no))
  const to = meaningOf(step.to, context)
  const meanings: Meaning[] = []
  for (const { expression, guards } of step.clauses) {
    const { yes, no } = meaningOf(expression, context)
    // A clause errs if a clause that guards it is not true.
    const isRead = diagram.all(guards.map((at) => (meanings[at] as Meaning).yes))
    meanings.push({ yes: diagram.and(yes, isRead), no: diagram.and(no, isRead) })
  }
  const written = rule.conditions.filter(({ expression }) => expression.kind !== 'Requirement')
  const isObliging = obliged(rule).some(readsWhatMayLack)
  const clauses = meanings.map((meaning, at): RulePart => {
    const { unless, expression } = written[at] as (typeof written)[number]
    const stays =
      isObliging ||
      step.clauses.some((other) => other.guards.includes(at)) ||
      (isPersonalByClauses(rule) && mayReadCaller(expression))
    return { kind: 'clause', lets: lets(meaning), span: expression.span, clause: { unless, meaning, stays } }
  })
  const required = isPermit
    ? rule.requires
    : rule.conditions.flatMap(({ expression }) => (expression.kind === 'Requirement' ? [expression] : []))
  const requires = step.requires.map((one, at): RulePart => {
    const is = met(one, context)
    return { kind: 'require', lets: isPermit ? is : diagram.not(is), span: required[at]?.span ?? null, clause: null }
  })
  const oblige = obligedParts(step, rule, context)
  const own: readonly RulePart[] = [
    { kind: 'to', lets: lets(to), span: rule.declaration.to?.[0]?.span ?? null, clause: null },
    ...clauses,
  ]
  const parts = [...own, ...oblige, ...requires]
  const applies = diagram.all(parts.map((part) => part.lets))
  return {
    rule,
    step,
    parts,
    applies,
    holds: isPermit ? diagram.all([...own, ...oblige].map((part) => part.lets)) : FALSE,
    errs: isPermit ? FALSE : diagram.and(applies, diagram.not(diagram.all([to, ...meanings].map(({ yes }) => yes)))),
  }
}

function isPersonalByClauses({ personal, to, conditions }: Rule): boolean {
  return (
    personal &&
    to.some(({ kind }) => kind === 'anyone') &&
    conditions.every(({ expression }) => expression.kind !== 'Requirement')
  )
}

/** The key of a limit, and each header. */
function obligedParts({ limit, headers }: DecisionStep, rule: Rule, context: Context): readonly RulePart[] {
  const key = rule.limit?.by
  const keyed: readonly RulePart[] = key
    ? [{ kind: 'limit', lets: obliges({ limit, headers: [] }, context), span: key.span, clause: null }]
    : []
  return [
    ...keyed,
    ...headers.map((one): RulePart => {
      const span = rule.headers.find(({ name }) => name === one.name)?.value.span ?? null
      return { kind: 'header', lets: obliges({ limit: null, headers: [one] }, context), span, clause: null }
    }),
  ]
}

function obliged({ limit, headers }: Rule): readonly Expression[] {
  return [...(limit?.by ? [limit.by] : []), ...headers.map(({ value }) => value)]
}

/** Whether it reads something that another clause may have to guard; address, method and time are always present. */
function readsWhatMayLack(expression: Expression): boolean {
  let found = false
  walkExpressions(expression, (one) => {
    found ||= one.kind === 'Identifier' && one.name !== 'source' && one.name !== 'request'
    found ||= one.kind === 'Member' && one.field.text === 'headers'
  })
  return found
}

/** Directly or through defs. */
function mayReadCaller(expression: Expression): boolean {
  let found = false
  walkExpressions(expression, (one) => {
    found ||= one.kind === 'Is' || one.kind === 'Call' || (one.kind === 'Identifier' && one.name === 'caller')
  })
  return found
}
