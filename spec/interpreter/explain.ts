import { type Expression, type Model, positionAt, type Rule, type Span, showType, type Type } from '../../language/index.ts'
import { walkExpressions } from '../../language/syntax/children.ts'
import type { Outcome } from './absorb.ts'
import type { InterpretRequest } from './admit.ts'
import { type InterpretOptions, interpreted } from './interpret.ts'
import { clausesOf, type Judgement } from './judge.ts'
import { showDuration, showTimestamp } from './times.ts'
import { elementsOf, Failure, type Fields, type Value } from './value.ts'

/** `values`: whether what clauses read is shown. It may be a secret of the caller. */
export type ExplainOptions = InterpretOptions & { readonly values?: boolean }
export type Explanation = ReturnType<typeof explain>
export type RuleExplanation = ReturnType<typeof ruleOf>
export type ClauseExplanation = RuleExplanation['clauses'][number]
type Seen = ReadonlyMap<Expression, Value | Failure>
type Show = { readonly model: Model; readonly seen: Seen; readonly values: boolean }

/** An answer, and what became of every rule on the route: `spec/language/explanation.md`. */
export function explain(model: Model, request: InterpretRequest, { values = false, ...options }: ExplainOptions = {}) {
  const seen = new Map<Expression, Value | Failure>()
  const observe = (expression: Expression, result: Value | Failure) => seen.set(expression, result)
  const { answer, situation, judged } = interpreted(model, request, { ...options, observe })
  const rules = model.rules
    .filter((rule) => situation !== null && rule.routes.includes(situation.route))
    .map((rule) =>
      ruleOf(
        rule,
        judged.find((one) => one.rule === rule),
        answer.rules,
        { model, seen, values },
      ),
    )
  return { answer, rules, nearest: answer.effect === 'permit' ? null : nearestOf(rules) }
}

function ruleOf(rule: Rule, judgement: Judgement | undefined, deciding: readonly string[], show: Show) {
  const { name, effect, shadow, because } = rule
  const outcome = judgement === undefined ? 'not-in-play' : outcomeOf(judgement)
  const to = rule.to.map((principal) =>
    'role' in principal ? principal.role.name : 'identity' in principal ? principal.identity.name : principal.kind,
  )
  const conditions = clausesOf(rule).map(({ kind, expression }, at) => clauseOf(kind, expression, judgement?.outcomes[at], show))
  const requires = rule.requires.map((one) => clauseOf('require', one, judgement && !judgement.unmet.includes(one), show))
  const clauses = [...conditions, ...requires]
  return {
    rule: name,
    effect,
    shadow,
    outcome,
    decides: deciding.includes(name),
    to,
    because,
    clauses,
    place: placeOf(rule.declaration.name.span),
  }
}

function outcomeOf({ holds, unmet }: Judgement) {
  if (holds === true) return unmet.length > 0 ? 'unmet' : 'holds'
  return holds === 'open' ? 'open' : holds === false ? 'fails' : 'errs'
}

function clauseOf(
  clause: 'when' | 'unless' | 'limit' | 'header' | 'require',
  expression: Expression,
  outcome: Outcome | undefined,
  show: Show,
) {
  const isEvaluated = outcome !== undefined && outcome !== 'open' && (clause === 'require' || show.seen.has(expression))
  const said =
    outcome === 'open'
      ? 'open'
      : !isEvaluated
        ? 'not-evaluated'
        : outcome instanceof Failure
          ? 'error'
          : outcome
            ? 'true'
            : 'false'
  const error = isEvaluated && outcome instanceof Failure ? { kind: outcome.message, ...textAt(outcome.at ?? expression) } : null
  return { clause, outcome: said, ...textAt(expression), error, reads: isEvaluated ? readsOf(expression, show) : [] }
}

/** The permit that lacks least, and the forbids that would have to give way. */
function nearestOf(rules: readonly RuleExplanation[]) {
  const lacking = rules
    .filter(({ effect, shadow }) => effect === 'permit' && !shadow)
    .map((permit) => {
      const clauses = permit.clauses.filter(({ outcome }) => outcome !== 'true')
      return { permit: permit.rule, to: permit.outcome === 'not-in-play' ? permit.to : null, clauses }
    })
  const distance = ({ to, clauses }: (typeof lacking)[number]) => (to === null ? 0 : 1000) + clauses.length
  const [nearest] = lacking.sort((a, b) => distance(a) - distance(b))
  const forbids = rules.filter(
    ({ effect, shadow, outcome }) => effect === 'forbid' && !shadow && (outcome === 'holds' || outcome === 'errs'),
  )
  return nearest === undefined ? null : { ...nearest, forbids: forbids.map(({ rule }) => rule) }
}

/** What an expression reads of the request, its caller and data, through defs too. Values are there where they were looked at. */
function readsOf(
  expression: Expression,
  show: Show,
): readonly { readonly path: string; readonly type: string; readonly value?: unknown }[] {
  const paths = new Map<string, { readonly path: string; readonly type: string; readonly value?: unknown }>()
  const enter = (part: Expression): boolean => {
    const reference = part.kind === 'Call' ? show.model.referenceOf(part) : null
    if (reference?.kind === 'def') walkExpressions(reference.def.body, enter)
    if (part.kind === 'Has' || !isPath(part, show.model)) return true
    const { text: path } = textAt(part)
    const type = show.model.typeOf(part)
    const value = show.seen.get(part)
    const isKnown = show.values && value !== undefined && !(value instanceof Failure)
    paths.set(path, { path, type: showType(type), ...(isKnown && { value: jsonOf(value, type) }) })
    return false
  }
  walkExpressions(expression, enter)
  return [...paths.values()]
}

/** `caller.level`, `assigned`, `request.headers["x"]`: what begins with a root or data, but for a root alone. */
function isPath(expression: Expression, model: Model): boolean {
  if (expression.kind === 'Identifier') return model.referenceOf(expression).kind === 'data'
  if (!('object' in expression)) return false
  const { object } = expression
  return object.kind === 'Identifier' ? ['root', 'data'].includes(model.referenceOf(object).kind) : isPath(object, model)
}

function jsonOf(value: Value, type: Type): unknown {
  if (type.kind === 'timestamp') return showTimestamp(value as bigint)
  if (type.kind === 'duration') return showDuration(value as bigint)
  if (type.kind === 'list' || type.kind === 'set') return elementsOf(value).map((element) => jsonOf(element, type.element))
  if (type.kind === 'optional') return elementsOf(value).map((element) => jsonOf(element, type.value))[0] ?? null
  if (!(value instanceof Map)) return value
  const typeAt = (key: string) =>
    type.kind === 'record' ? (type.fields.get(key)?.type as Type) : (type as { value: Type }).value
  return Object.fromEntries([...(value as Fields)].map(([key, one]) => [key, jsonOf(one, typeAt(key))]))
}

function textAt({ span }: Expression) {
  return { text: span.source.text.slice(span.start, span.end), place: placeOf(span) }
}

/** As `iap check --format json` writes places. */
function placeOf({ source, start, end }: Span) {
  const point = (offset: number) => ({ ...positionAt(source, offset), offset })
  return { file: source.name, start: point(start), end: point(end) }
}
