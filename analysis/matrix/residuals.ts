import { roleTest } from '../../compiler/ir/build.ts'
import type { DecisionStep } from '../../compiler/ir/index.ts'
import type { Principal, Rule } from '../../language/checker/model.ts'
import type { Expression, Requirement } from '../../language/syntax/ast.ts'
import { type Bdd, type Edge, FALSE, TRUE } from '../bdd/bdd.ts'
import type { Context, Meaning } from '../symbolic/context.ts'
import { meaningOf } from '../symbolic/meaning.ts'
import { holds, stands } from '../symbolic/permitted.ts'
import { met } from '../symbolic/requirements.ts'
import type { ConditionReader } from './condition-reader.ts'
import { counts, settledBy, shorten, whereRead } from './shorten.ts'
import { writtenText } from './written-text.ts'

/**
 * What remains of a rule's conditions for some callers once the parts with a fixed value are removed. Clauses are in the policy's
 * notation: `to support`, `when params.id == caller.sub`.
 */
export interface Residual {
  readonly rule: string
  /** Remaining conditions, all of which must hold. Empty if the rule always applies, unless other rules override it. */
  readonly clauses: readonly string[]
}

/** A rule of the policy with its compiled form on one route. */
export interface RuleOnRoute {
  readonly rule: Rule
  readonly step: DecisionStep
}

/**
 * A rule's remaining conditions, and the requests to which the rule applies. `edge` is exact for requests in `granted`, the
 * assumption under which conditions were removed.
 */
export interface Left {
  readonly residual: Residual
  readonly edge: Edge
  /** Whether the rule has a rate limit. */
  readonly limited: boolean
}

interface Part {
  readonly edge: Edge
  readonly text: string | null
}

/** Returns the set of requests to which a rule applies: which a permit would permit, or a forbid would forbid. */
export function appliesIn({ step }: RuleOnRoute, reading: ConditionReader): Edge {
  const { context } = reading
  const { diagram } = context.world
  return reading.once(step, () =>
    step.effect === 'forbid'
      ? stands(step, context)
      : diagram.all([holds(step, context), ...step.requires.map((one) => met(one, context))]),
  )
}

/**
 * Evaluates all parts of a rule, so that an `AtomCollector` as the reader's domain receives the atomic conditions that `leftOf`
 * needs.
 */
export function gather({ rule, step }: RuleOnRoute, reading: ConditionReader): void {
  appliesIn({ rule, step }, reading)
  for (const principal of rule.to) isOf(principal, reading.context)
  for (const { expression } of rule.conditions) if (expression.kind !== 'Requirement') reading.gather(expression)
}

/**
 * Returns the conditions of a rule that remain for the requests in `granted`. Returns null if the rule applies to none of these
 * requests.
 */
export function leftOf(one: RuleOnRoute, granted: Edge, reading: ConditionReader, diagram: Bdd): Left | null {
  const { rule, step } = one
  const { name, limit } = rule
  const whole = appliesIn(one, reading)
  const settled = settledBy(granted, whole, diagram)
  if (settled === FALSE) return null
  const limits = limit === null ? [] : [writtenLimit(rule)]
  const limited = limit !== null
  if (settled === TRUE) return { residual: { rule: name, clauses: limits }, edge: TRUE, limited }
  const said = saidIn(one, granted, reading, diagram)
  // Nothing relevant is dropped; and if something errs, no guard is missing.
  const isSame = (other: Said) => other.edge === whole || diagram.and(granted, other.edge) === diagram.and(granted, whole)
  const alone = step.test.fails ? saidIn(one, granted, reading.unguarded(), diagram) : said
  if (!isSame(said) || !isSame(alone) || alone.texts.join() !== said.texts.join())
    return { residual: wholeResidual(rule), edge: whole, limited }
  return { residual: { rule: name, clauses: [...said.texts, ...limits] }, edge: said.edge, limited }
}

interface Said {
  readonly edge: Edge
  readonly texts: readonly string[]
}

function saidIn(one: RuleOnRoute, granted: Edge, reading: ConditionReader, diagram: Bdd): Said {
  const parts = [toPart(one.rule, granted, reading, diagram), ...clauseParts(one, granted, reading, diagram)]
  return { edge: diagram.all(parts.map(({ edge }) => edge)), texts: parts.flatMap(({ text }) => text ?? []) }
}

/** Returns all conditions of a rule as written, without simplification. */
export function wholeResidual(rule: Rule): Residual {
  const conditions = rule.conditions.map(
    ({ unless, expression }) => `${unless ? 'unless' : 'when'} ${writtenText(expression.span)}`,
  )
  const to = rule.to.some(({ kind }) => kind === 'anyone') ? [] : [`to ${rule.to.map(principalText).join(', ')}`]
  const limits = rule.limit === null ? [] : [writtenLimit(rule)]
  return { rule: rule.name, clauses: [...to, ...conditions, ...rule.requires.map(requireText), ...headerTexts(rule), ...limits] }
}

function toPart({ to }: Rule, granted: Edge, { context }: ConditionReader, diagram: Bdd): Part {
  const principals = to.map((principal) => ({ principal, edge: isOf(principal, context) }))
  const edge = diagram.any(principals.map((one) => one.edge))
  if (settledBy(granted, edge, diagram) === TRUE) return { edge: TRUE, text: null }
  const possible = principals.filter((one) => settledBy(granted, one.edge, diagram) !== FALSE)
  return {
    edge: diagram.any(possible.map((one) => one.edge)),
    text: `to ${possible.map(({ principal }) => principalText(principal)).join(', ')}`,
  }
}

function isOf(principal: Principal, context: Context): Edge {
  const { identity } = context
  const holdsIf = (is: boolean) => (is ? TRUE : FALSE)
  switch (principal.kind) {
    case 'anyone':
      return TRUE
    case 'anonymous':
      return holdsIf(identity === null)
    case 'authenticated':
      return holdsIf(identity !== null)
    case 'identity':
      return holdsIf(identity?.name === principal.identity.name)
    case 'role':
      return hasRole(principal.role.name, context)
  }
}

/** Returns the set of requests whose caller has a role. */
export function hasRole(name: string, context: Context): Edge {
  const role = context.identity?.roles.find((one) => one.name === name)
  return role === undefined ? FALSE : meaningOf(roleTest(role.word, 1 << role.bit), context).yes
}

function principalText(principal: Principal): string {
  if (principal.kind === 'role') return principal.role.name
  return principal.kind === 'identity' ? principal.identity.name : principal.kind
}

/** In written order, then a permit's requirements, then conditions for its obligations. */
function clauseParts({ rule, step }: RuleOnRoute, granted: Edge, reading: ConditionReader, diagram: Bdd): readonly Part[] {
  const { context } = reading
  const isPermit = rule.effect === 'permit'
  const requirements = [...step.requires]
  const counted = isPermit ? 'true' : 'not-false'
  // Meanings where earlier clauses hold: as written, and as shortened.
  const whole = new Map<Expression, Meaning>()
  const left = new Map<Expression, Meaning>()
  const parts = rule.conditions.map(({ unless, expression }): Part => {
    const text = `${unless ? 'unless' : 'when'} `
    if (expression.kind === 'Requirement') {
      const is = met(requirements.shift() as DecisionStep['requires'][number], context)
      return partOf(diagram.not(is), text + writtenText(expression.span), granted, diagram)
    }
    const turned = ({ yes, no }: Meaning) => (unless ? { yes: no, no: yes } : { yes, no })
    const guards = reading.guardsOf(expression)
    const among = (some: ReadonlyMap<Expression, Meaning>) => guards.flatMap((guard) => some.get(guard) ?? [])
    const meaning = whereRead(turned(reading.meaning(expression)), among(whole), true, diagram)
    whole.set(expression, meaning)
    if (settledBy(granted, counts(meaning, counted, diagram), diagram) === TRUE) return { edge: TRUE, text: null }
    const short = shorten(expression, isPermit !== unless ? 'true' : 'not-false', granted, reading, diagram)
    const said = short.text === null ? reading.meaning(expression) : short.meaning
    const own = whereRead(turned(said), among(left), true, diagram)
    left.set(expression, own)
    return { edge: counts(own, counted, diagram), text: text + (short.text ?? writtenText(expression.span)) }
  })
  if (!isPermit) return parts
  const required = rule.requires.map((one, at): Part => {
    const is = met(step.requires[at] as DecisionStep['requires'][number], context)
    return partOf(is, requireText(one), granted, diagram)
  })
  const obliges = obligesIn(step, reading, diagram)
  const obliged = settledBy(granted, obliges, diagram) === TRUE ? [] : headerTexts(rule).map((text) => ({ edge: obliges, text }))
  return [...parts, ...required, { edge: obliges, text: null }, ...obliged]
}

/** Returns where a permit's obligations can be computed, if its conditions are true. */
function obligesIn(step: DecisionStep, reading: ConditionReader, diagram: Bdd): Edge {
  if (step.limit === null && step.headers.length === 0) return TRUE
  const { context } = reading
  return reading.once(step.written, () => diagram.or(holds(step, context), diagram.not(meaningOf(step.test, context).yes)))
}

/** Settled parts are omitted. */
function partOf(edge: Edge, text: string, granted: Edge, diagram: Bdd): Part {
  return settledBy(granted, edge, diagram) === TRUE ? { edge: TRUE, text: null } : { edge, text }
}

function requireText(one: Requirement): string {
  return `require ${writtenText(one.span)}`
}

function headerTexts({ declaration: { headers } }: Rule): readonly string[] {
  return headers.map(({ name, value }) => `header ${writtenText(name.span)} = ${writtenText(value.span)}`)
}

function writtenLimit({ declaration: { limit } }: Rule): string {
  if (limit === null) throw new Error('there is no limit')
  return writtenText(limit.span)
}
