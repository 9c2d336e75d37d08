import { duplicateRule, coveredRule as entry, hiddenPermit, neverApplies } from '../../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../../language/diagnostics/diagnostic.ts'
import { report } from '../../../language/diagnostics/report.ts'
import type { Route, Rule } from '../../../language/semantics/model.ts'
import { BudgetError, type Edge, FALSE } from '../diagram/diagram.ts'
import { effectOf } from '../outcomes.ts'
import { type Finder, isTold, named, placesOf, type Question } from './finder.ts'
import { fewest } from './hidden-permit.ts'
import { isNowhere, type SeenRule, type Sight } from './sight.ts'

/** An enforced rule without which every answer is the same: its effect, its reason, what it asks and obliges to. Of several that cover each other, all but one. */
export class CoveredRule implements Finder {
  readonly #question: Question
  /** By route. */
  readonly #signingIn = new Map<Route, Set<Rule>>()
  readonly #needed = new Set<Rule>()
  /** Where a rule applies to something, and could be left out. */
  readonly #spare = new Map<Rule, Sight[]>()

  constructor(question: Question) {
    this.#question = question
    for (const rule of question.model.rules)
      if (asksToSignIn(rule))
        for (const route of rule.routes) this.#signingIn.set(route, (this.#signingIn.get(route) ?? new Set()).add(rule))
  }

  look(sight: Sight): void {
    for (const { one, others } of [...ofEffect('permit', sight), ...ofEffect('forbid', sight)]) {
      const { rule } = one
      if (this.#needed.has(rule) || isNowhere(reach(one), sight)) continue
      if (rule.headers.length > 0 || !isNowhere(sight.diagram.and(decides(one, sight), sight.diagram.not(others)), sight))
        this.#needed.add(rule)
      else if (!this.#isSpare(new Set([rule]), sight)) this.#needed.add(rule)
      else this.#spare.set(rule, [...(this.#spare.get(rule) ?? []), sight])
    }
    this.#lookAtSignIn(sight)
  }

  *found(isKnown: (rule: Rule) => boolean): Iterable<Diagnostic> {
    const question = this.#question
    const isTwin = (rule: Rule) => isTold(question, rule, duplicateRule.code)
    const candidates = [...this.#spare.keys()].filter(
      (rule) =>
        !this.#needed.has(rule) &&
        isKnown(rule) &&
        !isTwin(rule) &&
        !isTold(question, rule, neverApplies.code, hiddenPermit.code),
    )
    const gone = new Set(question.model.rules.filter(isTwin))
    const covered = new Map<Rule, ReadonlySet<Rule>>()
    // One that another covers goes before one that it takes several to cover: these might be the former.
    for (const most of [1, Number.POSITIVE_INFINITY])
      for (const rule of candidates.toSorted((a, b) => (a.name < b.name ? 1 : -1))) {
        const without = new Set([...gone, rule])
        const by = gone.has(rule) || !this.#leavesSignIn(rule, without) ? null : this.#coveringOf(rule, without)
        if (by === null || by.size > most) continue
        gone.add(rule)
        covered.set(rule, by)
      }
    for (const [rule, by] of [...covered].sort(([a], [b]) => (a.name < b.name ? -1 : 1)))
      yield report(entry, rule.declaration.name.span, { rule: rule.name, effect: rule.effect, others: named(by) }, placesOf(by))
  }

  /** The rules that do what one does, if it can be left out with some others; null: it cannot, or nobody can tell. */
  #coveringOf(rule: Rule, without: ReadonlySet<Rule>): ReadonlySet<Rule> | null {
    const sights = this.#spare.get(rule) as readonly Sight[]
    try {
      if (!sights.every((sight) => this.#isSpare(without, sight))) return null
      return new Set(sights.flatMap((sight) => coveringOf(rule, without, sight)))
    } catch (error) {
      if (error instanceof BudgetError) return null
      throw error
    }
  }

  /** Whether every answer is the same without some rules. */
  #isSpare(gone: ReadonlySet<Rule>, sight: Sight): boolean {
    const { diagram, rules } = sight
    const left = rules.filter(({ rule }) => !gone.has(rule))
    const lost = rules.filter(({ rule }) => gone.has(rule) && rule.effect === 'permit' && !rule.shadow)
    const unlimited = left.filter(({ rule }) => rule.effect === 'permit' && !rule.shadow && rule.limit === null)
    const letIn = diagram.any(lost.map((one) => decides(one, sight)))
    // Where a limit counts, it matters who else lets in.
    if (!isNowhere(diagram.and(letIn, diagram.not(diagram.any(unlimited.map(({ applies }) => applies)))), sight)) return false
    return this.#signInOf(sight).every((signIn) =>
      isSameEffect(effectOfAll(rules, signIn, sight), effectOfAll(left, signIn, sight), sight),
    )
  }

  /** What may be so of signing in, whatever is left out: where it changes nothing, both. */
  #signInOf({ identity, routes: [route] }: Sight): readonly boolean[] {
    const rules = identity === null && route !== undefined ? this.#signingIn.get(route) : undefined
    if (rules === undefined) return [false]
    return this.#askedToSignIn.has(route as Route) ? [true] : [true, false]
  }

  /** Routes on which it matters to those whom nobody knows that others are let in. */
  readonly #askedToSignIn = new Set<Route>()

  #lookAtSignIn(sight: Sight): void {
    if (sight.identity !== null) return
    const routes = sight.routes.filter((route) => this.#signingIn.has(route))
    if (routes.length === 0) return
    const [asked, not] = [true, false].map((signIn) => effectOfAll(sight.rules, signIn, sight)) as [Effect, Effect]
    if (!isSameEffect(asked, not, sight)) for (const route of routes) this.#askedToSignIn.add(route)
  }

  #leavesSignIn(rule: Rule, without: ReadonlySet<Rule>): boolean {
    return (
      !asksToSignIn(rule) ||
      rule.routes.every(
        (route) => !this.#askedToSignIn.has(route) || [...(this.#signingIn.get(route) ?? [])].some((one) => !without.has(one)),
      )
    )
  }
}

/** As the compiler has it (`lowerRoute`). */
function asksToSignIn({ effect, shadow, to }: Rule): boolean {
  return effect === 'permit' && !shadow && to.some(({ kind }) => kind !== 'anonymous' && kind !== 'anyone')
}

/** Where it has to do with the answer at all: a permit also by what it requires. */
function reach({ rule, applies, holds }: SeenRule): Edge {
  return rule.effect === 'permit' ? holds : applies
}

/** Where it is a forbid that stands, or a permit that no forbid keeps from letting in. */
function decides({ rule, applies }: SeenRule, { diagram, forbidden }: Sight): Edge {
  return rule.effect === 'permit' ? diagram.and(applies, diagram.not(forbidden)) : applies
}

/** Enforced rules of an effect, and where the others of these do the same: of permits, without a limit. */
function* ofEffect(
  effect: Rule['effect'],
  { diagram, rules }: Sight,
): Iterable<{ readonly one: SeenRule; readonly others: Edge }> {
  const some = rules.filter(({ rule }) => rule.effect === effect && !rule.shadow)
  const edges = some.map(({ rule, applies }) => (rule.limit === null ? applies : FALSE))
  const after: Edge[] = [FALSE]
  for (const edge of edges.toReversed()) after.push(diagram.or(edge, after.at(-1) as Edge))
  let before: Edge = FALSE
  for (const [at, one] of some.entries()) {
    yield { one, others: diagram.or(before, after[some.length - 1 - at] as Edge) }
    before = diagram.or(before, edges[at] as Edge)
  }
}

type Effect = ReturnType<typeof effectOf>

function effectOfAll(rules: readonly SeenRule[], signIn: boolean, { diagram, context }: Sight): Effect {
  const enforced = rules.filter(({ rule }) => !rule.shadow)
  const forbids = enforced.filter(({ rule }) => rule.effect === 'forbid').map(({ step, applies }) => ({ step, stands: applies }))
  const permits = enforced
    .filter(({ rule }) => rule.effect === 'permit')
    .map(({ step, parts, holds, applies }) => {
      const required = parts.filter(({ kind }) => kind === 'require')
      const unmet = step.requires.map((requirement, at) => ({ requirement, when: diagram.not(required[at]?.lets ?? FALSE) }))
      return { step, holds, met: applies, unmet }
    })
  return effectOf(forbids, permits, signIn, context)
}

function isSameEffect(a: Effect, b: Effect, sight: Sight): boolean {
  const { diagram } = sight
  const isSame = (one: Edge, other: Edge) => one === other || isNowhere(diagram.xor(one, other), sight)
  return (
    isSame(a.permits, b.permits) &&
    [...new Set([...a.says.keys(), ...b.says.keys()])].every((key) => isSame(a.says.get(key) ?? FALSE, b.says.get(key) ?? FALSE))
  )
}

function coveringOf(rule: Rule, without: ReadonlySet<Rule>, sight: Sight): readonly Rule[] {
  const one = sight.rules.find((other) => other.rule === rule)
  if (one === undefined) return []
  const others = sight.rules.filter(
    (other) => !without.has(other.rule) && other.rule.effect === rule.effect && !other.rule.shadow,
  )
  return fewest(decides(one, sight), others, sight).map((other) => other.rule)
}
