import { duplicateRule, coveredRule as entry, hiddenPermit, neverApplies } from '../../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../../language/diagnostics/diagnostic.ts'
import { report } from '../../../language/diagnostics/report.ts'
import type { Route, Rule } from '../../../language/semantics/model.ts'
import type { Step } from '../../ir/index.ts'
import { type Edge, FALSE } from '../diagram/diagram.ts'
import { effectOf } from '../outcomes.ts'
import { type Finder, isTold, named, placesOf, type Question } from './finder.ts'
import { fewest } from './hidden-permit.ts'
import { enforced, isLeft, isNowhere, type SeenRule, type Sight, without } from './sight.ts'

/**
 * An enforced rule without which every answer is the same: its effect, its reason, what it asks and obliges to. Of several that cover each other one is left: whatever is told can be taken
 * out together. Rules go one after the other, the narrower first; what covers one comes after it, or can nowhere be left out.
 */
export class CoveredRule implements Finder {
  readonly #question: Question
  readonly #order: ReadonlyMap<Rule, number>
  /** What another rule says twice is out before all others. */
  readonly #twins: ReadonlySet<Rule>
  readonly #needed = new Set<Rule>()
  /** Where they apply to something: what does the same there. */
  readonly #covering = new Map<Rule, Set<Rule>>()
  readonly #signIn: SignIn
  readonly #waiting: { readonly sight: Sight; readonly spare: readonly SeenRule[]; readonly signIn: readonly boolean[] }[] = []

  constructor(question: Question) {
    const { rules } = question.model
    this.#question = question
    this.#order = new Map([...rules].sort(narrower).map((rule, at) => [rule, at]))
    this.#twins = new Set(rules.filter((rule) => isTold(question, rule, duplicateRule.code)))
    this.#signIn = new SignIn(rules)
  }

  /** What is needed of one caller is not left out for another: so callers of the same routes are looked at together. */
  look(sight: Sight): void {
    if (this.#waiting[0]?.sight.routes !== sight.routes) this.#settle()
    const signIn = this.#signIn.look(sight)
    const open = [...enforced('permit', sight), ...enforced('forbid', sight)].filter(
      (one) => !this.#needed.has(one.rule) && !this.#twins.has(one.rule) && !isNowhere(reachOf(one), sight),
    )
    const spare = open.filter((one) => one.rule.headers.length === 0 && isCovered(one, new Set([one.rule]), sight))
    this.#keep(open.filter((one) => !spare.includes(one)))
    this.#waiting.push({ sight, spare, signIn })
  }

  #settle(): void {
    for (const { sight, spare, signIn } of this.#waiting.splice(0)) {
      const gone = new Set(this.#twins)
      const left = spare.filter(({ rule }) => !this.#needed.has(rule))
      for (const one of left.sort((a, b) => this.#placeOf(a.rule) - this.#placeOf(b.rule))) {
        const { rule } = one
        gone.add(rule)
        const by = sight.diagram.within(QUESTIONS, () => (isSame(one, gone, signIn, sight) ? coveringOf(one, gone, sight) : null))
        if (by === null) {
          gone.delete(rule)
          this.#keep([one])
        } else this.#covering.set(rule, new Set([...(this.#covering.get(rule) ?? []), ...by]))
      }
    }
  }

  *found(isKnown: (rule: Rule) => boolean): Iterable<Diagnostic> {
    this.#settle()
    const codes = [neverApplies.code, hiddenPermit.code]
    const covered = [...this.#covering].filter(([rule]) => isKnown(rule) && !isTold(this.#question, rule, ...codes))
    const gone = new Set(this.#twins)
    for (const [rule, by] of covered.sort(([a], [b]) => this.#placeOf(a) - this.#placeOf(b))) {
      if (!this.#signIn.isLeft(rule, gone)) continue
      gone.add(rule)
      yield report(entry, rule.declaration.name.span, { rule: rule.name, effect: rule.effect, others: named(by) }, placesOf(by))
    }
  }

  #keep(some: readonly SeenRule[]): void {
    for (const { rule } of some) {
      this.#needed.add(rule)
      this.#covering.delete(rule)
    }
  }

  #placeOf(rule: Rule): number {
    return this.#order.get(rule) as number
  }
}

/** Nodes that it may take to tell of a rule. */
const QUESTIONS = 40_000

/** On fewer routes, else with more clauses, else the later name. */
function narrower(a: Rule, b: Rule): number {
  return a.routes.length - b.routes.length || b.conditions.length - a.conditions.length || (a.name < b.name ? 1 : -1)
}

/** Whom nobody knows is asked to sign in where somebody else may be let in: so a permit to others has to do with them. */
class SignIn {
  /** By route. */
  readonly #permits = new Map<Route, Set<Rule>>()
  /** Routes on which it changes something. */
  readonly #matters = new Set<Route>()

  constructor(rules: readonly Rule[]) {
    for (const rule of rules)
      if (asksToSignIn(rule))
        for (const route of rule.routes) this.#permits.set(route, (this.#permits.get(route) ?? new Set()).add(rule))
  }

  /** What may be so of it, whatever is left out: where it changes nothing, both. */
  look(sight: Sight): readonly boolean[] {
    const routes = sight.identity === null ? sight.routes.filter((route) => this.#permits.has(route)) : []
    if (routes.length === 0) return [false]
    const [asked, not] = [true, false].map((signIn) => effectOfAll(sight.rules, signIn, sight)) as [Effect, Effect]
    if (isSameEffect(asked, not, sight)) return [true, false]
    for (const route of routes) this.#matters.add(route)
    return [true]
  }

  /** Whether it is asked for where it was if one more rule goes. */
  isLeft(rule: Rule, gone: ReadonlySet<Rule>): boolean {
    return (
      !asksToSignIn(rule) ||
      rule.routes.every(
        (route) =>
          !this.#matters.has(route) || [...(this.#permits.get(route) ?? [])].some((one) => one !== rule && !gone.has(one)),
      )
    )
  }
}

/** As the compiler has it (`lowerRoute`). */
function asksToSignIn({ effect, shadow, to }: Rule): boolean {
  return effect === 'permit' && !shadow && to.some(({ kind }) => kind !== 'anonymous' && kind !== 'anyone')
}

/** Where it has to do with the answer at all: a permit also by what it requires. */
function reachOf({ rule, applies, holds }: SeenRule): Edge {
  return rule.effect === 'permit' ? holds : applies
}

/** Others of its effect; of permits those without a limit: where a limit counts, it matters who else lets in. */
function othersOf({ rule: { effect } }: SeenRule, gone: ReadonlySet<Rule>, sight: Sight): readonly SeenRule[] {
  return enforced(effect, sight).filter(({ rule }) => !gone.has(rule) && rule.limit === null)
}

/** Whether wherever it applies, and no forbid stands beside a permit, another one does. */
function isCovered(one: SeenRule, gone: ReadonlySet<Rule>, sight: Sight): boolean {
  const forbids = one.rule.effect === 'permit' ? enforced('forbid', sight) : []
  return isNowhere(one.applies, sight) || !isLeft(one.applies, [...othersOf(one, gone, sight), ...forbids], sight)
}

/** Whether wherever it applies others say the same: permits that ask for no more, or forbids that no other reason or cure is beside. Then so it is whatever else there is. */
function isPlainlyCovered(one: SeenRule, gone: ReadonlySet<Rule>, sight: Sight): boolean {
  const { rule, step, holds, applies } = one
  if (rule.effect === 'permit') {
    const asksForMore = (other: Step) => other.requires.length > 0 || (other.open !== null && step.open === null)
    return !isLeft(
      holds,
      othersOf(one, gone, sight).filter((other) => !asksForMore(other.step)),
      sight,
    )
  }
  const says = ({ because, requires, personal, open }: Step) =>
    JSON.stringify([because, requires, personal && sight.identity === null, open === null])
  const beside = enforced('forbid', sight).filter((other) => !isNowhere(sight.diagram.and(applies, other.applies), sight))
  return beside.every((other) => says(other.step) === says(step))
}

type Effect = ReturnType<typeof effectOf>

function effectOfAll(rules: readonly SeenRule[], signIn: boolean, { diagram, context }: Sight): Effect {
  const of = (effect: Rule['effect']) => rules.filter(({ rule }) => rule.effect === effect && !rule.shadow)
  const forbids = of('forbid').map(({ step, applies }) => ({ step, stands: applies }))
  const permits = of('permit').map(({ step, parts, holds, applies }) => {
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

/**
 * Whether every answer is the same without some rules, of which this is the last. If others are left out too, or may be, only what is so whatever else there is: a reason is that of
 * the first forbid that stands.
 */
function isSame(one: SeenRule, gone: ReadonlySet<Rule>, signIn: readonly boolean[], sight: Sight): boolean {
  if (!isCovered(one, gone, sight)) return false
  if (isPlainlyCovered(one, gone, sight)) return true
  if (sight.rules.some(({ rule }) => rule !== one.rule && gone.has(rule))) return false
  const left = sight.rules.filter((other) => other !== one)
  return signIn.every((is) => isSameEffect(effectOfAll(sight.rules, is, sight), effectOfAll(left, is, sight), sight))
}

function coveringOf(one: SeenRule, gone: ReadonlySet<Rule>, sight: Sight): readonly Rule[] {
  const others = othersOf(one, gone, sight)
  const alone = others.find((other) => !isLeft(one.applies, [other], sight))
  if (alone !== undefined) return [alone.rule]
  // What forbids stop of a permit, no other permit need let in.
  const where = one.rule.effect === 'permit' ? without(one.applies, enforced('forbid', sight), sight) : one.applies
  return fewest(where ?? one.applies, others, sight).map((other) => other.rule)
}
