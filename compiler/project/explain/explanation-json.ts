/** An explanation as JSON: `spec/language/explanation.md`. */

import { EvalFailure, type InterpretedTrace, readsBody } from '../../../interpreter/index.ts'
import { type Expression, type Model, type Principal, positionAt, type Span } from '../../../language/index.ts'
import type { EvalAnswer } from '../../../runtime/abi/index.ts'
import type { PlaceJson } from './place-json.ts'
import { type Read, readsLacking, readsOf, readsRolesLacking } from './reads.ts'

export interface ExplanationJson {
  readonly answer: EvalAnswer
  /** Names of data that the route's rules read and that never arrived, if the request is denied for that reason; else empty. */
  readonly missing: readonly string[]
  readonly rules: readonly ExplainedRule[]
  readonly nearest: NearestPermit | null
  /** What a request without a route lacks; `null` if it has one, or was rejected. */
  readonly nearestRoutes: NearestRoutes | null
}

export interface ExplainedRule {
  readonly rule: string
  readonly effect: 'permit' | 'forbid'
  readonly shadow: boolean
  /** Outcome of the rule. `unknown`: the audit record lacks an input of the rule. */
  readonly outcome: 'not-in-play' | 'open' | 'errs' | 'fails' | 'unmet' | 'holds' | 'unknown'
  readonly decides: boolean
  readonly to: readonly string[]
  /** Roles of `to` that the caller lacks, if their conditions were evaluated and the rule is not in play; else empty. */
  readonly missingRoles: readonly MissingRole[]
  readonly because: string | null
  readonly clauses: readonly ExplainedClause[]
  readonly place: PlaceJson
}

/** A role whose condition is false for the caller. */
export interface MissingRole {
  readonly role: string
  /** The condition as it is written. */
  readonly text: string
  readonly reads: readonly Read[]
  readonly place: PlaceJson
}

export interface ExplainedClause {
  readonly clause: 'when' | 'unless' | 'limit' | 'header' | 'require'
  /** Name of the header that the clause sets. Absent from other clauses. */
  readonly name?: string
  readonly text: string
  readonly outcome: 'true' | 'false' | 'error' | 'open' | 'not-evaluated' | 'unknown'
  readonly error: { readonly kind: string; readonly text: string; readonly place: PlaceJson } | null
  readonly reads: readonly Read[]
  readonly place: PlaceJson
}

export interface NearestPermit {
  readonly permit: string
  readonly to: readonly string[] | null
  readonly clauses: readonly ExplainedClause[]
  readonly forbids: readonly string[]
}

/** What keeps a request from a route, and the routes that it is nearest to. */
export interface NearestRoutes {
  /** `host`: no service is at its host. `path`: no route there has its path. `method`: none of these has its method. */
  readonly differs: 'host' | 'path' | 'method'
  /** At most three, the nearest first: with the path if the method differs, else with one that is partly the same. */
  readonly routes: readonly {
    readonly route: string
    /** In upper case; `null` for any method. */
    readonly methods: readonly string[] | null
    readonly hosts: readonly string[]
    /** Template of the path. */
    readonly path: string
    readonly place: PlaceJson
  }[]
}

export interface ExplainedPolicy {
  readonly model: Model
  /** Returns a span with its source's name relative to the working directory. */
  readonly seen: (span: Span) => Span
}

/**
 * Formats an explanation as the JSON of `iap explain`.
 *
 * @param values whether to include the values that clauses read, which may be secrets of the caller
 * @param lacking the unknown parts of the request: paths, and `data NAME`; clauses that read one are unknown
 */
export function explanationJson(
  { model, seen: seenFrom }: ExplainedPolicy,
  answer: EvalAnswer,
  missing: readonly string[],
  { rules, nearest, seen }: InterpretedTrace,
  values: boolean,
  lacking: ReadonlySet<string> = NOTHING,
): ExplanationJson {
  const place = (span: Span) => spanJson(seenFrom(span))
  const at = ({ span }: Expression) => ({ text: span.source.text.slice(span.start, span.end), place: place(span) })

  const clauses = new Map<Expression, ExplainedClause>()

  const explainClause = (
    judgement: InterpretedTrace['rules'][number],
    clause: ExplainedClause['clause'],
    expression: Expression,
    name?: string,
  ): ExplainedClause => {
    const { fits, outcomes, unmet } = judgement
    const required = fits ? !unmet.some((one) => one === expression) : undefined
    const outcome = clause === 'require' ? required : outcomes.get(expression)
    // A clause that was not evaluated has its guard's outcome, which is reported at the guard.
    const isEvaluated = outcome !== undefined && outcome !== 'open' && seen.has(expression)
    // A limit's key and headers are evaluated only if all conditions are true.
    const isAsked =
      !['limit', 'header'].includes(clause) || judgement.rule.conditions.every((one) => outcomes.get(one.expression) === true)
    const isOpen = outcome === 'open' && isAsked && readsBody(expression, model)
    const lacks = lacking.size > 0 && readsLacking(expression, model, lacking)
    if (lacks) {
      const unknown: ExplainedClause = {
        ...{ clause, ...(name !== undefined && { name }), ...at(expression), outcome: 'unknown', error: null },
        reads: readsOf(expression, model, null),
      }
      clauses.set(expression, unknown)
      return unknown
    }
    const error =
      isEvaluated && outcome instanceof EvalFailure ? { kind: outcome.message, ...at(outcome.at ?? expression) } : null
    const explained: ExplainedClause = {
      clause,
      ...(name !== undefined && { name }),
      ...at(expression),
      outcome: isEvaluated ? (error === null ? `${outcome === true}` : 'error') : isOpen ? 'open' : 'not-evaluated',
      error,
      reads: isEvaluated ? readsOf(expression, model, values ? seen : null) : [],
    }
    clauses.set(expression, explained)
    return explained
  }

  const explainRule = (judgement: InterpretedTrace['rules'][number]): ExplainedRule => {
    const { rule } = judgement
    const explainedClauses = clausesOf(judgement)
    const hasClause = (outcome: ExplainedClause['outcome']) => explainedClauses.some((one) => one.outcome === outcome)
    // A false clause decides, if it is known to be in play.
    const isUnknown = readsRolesLacking(rule, model, lacking) || (judgement.fits && hasClause('unknown') && !hasClause('false'))
    const outcome = isUnknown ? 'unknown' : outcomeOf(judgement)
    return {
      rule: rule.name,
      effect: rule.effect,
      shadow: rule.shadow,
      outcome,
      decides: answer.rules.includes(rule.name),
      to: rule.to.map(nameOf),
      missingRoles: outcome === 'not-in-play' ? rule.to.flatMap(missingRole) : [],
      because: rule.because,
      clauses: explainedClauses,
      place: place(rule.declaration.name.span),
    }
  }

  /** A role of another identity than the caller's is not evaluated. */
  const missingRole = (principal: Principal): readonly MissingRole[] => {
    const condition = principal.kind === 'role' ? principal.role.condition : null
    if (condition === null || seen.get(condition) !== false) return []
    return [{ role: nameOf(principal), ...at(condition), reads: readsOf(condition, model, values ? seen : null) }]
  }

  const clausesOf = (judgement: InterpretedTrace['rules'][number]): readonly ExplainedClause[] => {
    const { rule } = judgement
    return [
      ...rule.conditions.map(({ unless, expression }) => explainClause(judgement, unless ? 'unless' : 'when', expression)),
      ...(rule.limit?.by ? [explainClause(judgement, 'limit', rule.limit.by)] : []),
      ...rule.headers.map(({ name, value }) => explainClause(judgement, 'header', value, name)),
      ...rule.requires.map((requirement) => explainClause(judgement, 'require', requirement)),
    ]
  }

  // Results from before an unreadable body are no reason for a rejection.
  if (answer.effect === 'reject') return { answer, missing, rules: [], nearest: null, nearestRoutes: null }
  const told = rules.map(explainRule)
  // If anything is unknown, so is which rule lacks least.
  if (nearest === null || lacking.size > 0) return { answer, missing, rules: told, nearest: null, nearestRoutes: null }
  const { permit, lacks, forbids } = nearest
  return {
    answer,
    missing,
    rules: told,
    nearest: {
      permit: permit.rule.name,
      to: permit.fits ? null : permit.rule.to.map(nameOf),
      clauses: lacks.map((expression) => clauses.get(expression) as ExplainedClause),
      forbids: forbids.map(({ rule }) => rule.name),
    },
    nearestRoutes: null,
  }
}

function outcomeOf({ fits, holds, unmet }: InterpretedTrace['rules'][number]): ExplainedRule['outcome'] {
  if (!fits) return 'not-in-play'
  if (holds === true) return unmet.length > 0 ? 'unmet' : 'holds'
  if (holds === 'open') return 'open'
  return holds === false ? 'fails' : 'errs'
}

function nameOf(principal: Principal): string {
  if (principal.kind === 'role') return principal.role.name
  return principal.kind === 'identity' ? principal.identity.name : principal.kind
}

const NOTHING: ReadonlySet<string> = new Set()

/** Returns a span as JSON outputs write it (`spec/language/cli-json.md`). */
export function spanJson(span: Span): PlaceJson {
  const point = (offset: number) => ({ ...positionAt(span.source, offset), offset })
  return { file: span.source.name, start: point(span.start), end: point(span.end) }
}
