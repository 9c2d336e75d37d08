import type { DecisionStep } from '../../compiler/ir/index.ts'
import type { Rule } from '../../language/checker/model.ts'
import { duplicateRule, coveredRule as entry, hiddenPermit, neverApplies } from '../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../language/diagnostics/diagnostic.ts'
import { report } from '../../language/diagnostics/report.ts'
import type { Edge } from '../bdd/bdd.ts'
import { effectOfRules, isSameEffect } from './effect-of-rules.ts'
import { type Finder, type FindingContext, isTold, listNames, relatedRules } from './finder.ts'
import { enforced, fewest, isLeft, isNowhere, without } from './questions.ts'
import { SignIn } from './sign-in.ts'
import { SoleReaders } from './sole-readers.ts'
import type { SeenRule, SymbolicRoute } from './symbolic-route.ts'

/**
 * Reports an enforced rule whose removal changes no decision: neither effect, reason, challenge nor obligations. If rules cover
 * each other, one of them is not reported, so all reported ones can be removed together. Narrower rules are reported first; a
 * rule's cover comes after it, or cannot be removed anywhere.
 */
export class CoveredRule implements Finder {
  readonly #question: FindingContext
  readonly #order: ReadonlyMap<Rule, number>
  /** Exact duplicates go first. */
  readonly #twins: ReadonlySet<Rule>
  readonly #needed = new Set<Rule>()
  /** Where the rule applies: the rules that cover it. */
  readonly #covering = new Map<Rule, Set<Rule>>()
  readonly #signIn: SignIn
  readonly #readers: SoleReaders
  readonly #waiting: {
    readonly sight: SymbolicRoute
    readonly spare: readonly SeenRule[]
    readonly signIn: readonly boolean[]
  }[] = []

  constructor(question: FindingContext) {
    const { rules } = question.model
    this.#question = question
    this.#order = new Map([...rules].sort(narrower).map((rule, at) => [rule, at]))
    this.#twins = new Set(rules.filter((rule) => isTold(question, rule, duplicateRule.code)))
    this.#signIn = new SignIn(rules)
    this.#readers = new SoleReaders(rules)
  }

  /**
   * Examines the rules of some routes for one kind of caller. Results are kept until all callers of these routes were seen, as a
   * rule needed for one caller is not removable for another.
   */
  look(sight: SymbolicRoute): void {
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
        const isSpare = () => this.#isLeft(rule, gone) && isSame(one, gone, signIn, sight)
        const by = sight.diagram.within(QUESTIONS, () => (isSpare() ? coveringOf(one, gone, sight) : null))
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
      if (!this.#isLeft(rule, gone)) continue
      gone.add(rule)
      yield report(
        entry,
        rule.declaration.name.span,
        { rule: rule.name, effect: rule.effect, others: listNames(by) },
        relatedRules(by),
      )
    }
  }

  /** Whether sign-in and decoding stay the same without one more rule. */
  #isLeft(rule: Rule, gone: ReadonlySet<Rule>): boolean {
    return this.#signIn.isLeft(rule, gone) && this.#readers.isLeft(rule, gone)
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

/** The budget of nodes per rule. */
const QUESTIONS = 40_000

/** Fewer routes, else more clauses, else the later name. */
function narrower(a: Rule, b: Rule): number {
  return a.routes.length - b.routes.length || b.conditions.length - a.conditions.length || (a.name < b.name ? 1 : -1)
}

/** Where a rule matters at all: a permit also through its requirements. */
function reachOf({ rule, applies, holds }: SeenRule): Edge {
  return rule.effect === 'permit' ? holds : applies
}

/** Returns other rules of its effect; for permits those without a limit, as limits depend on all permits. */
function othersOf({ rule: { effect } }: SeenRule, gone: ReadonlySet<Rule>, sight: SymbolicRoute): readonly SeenRule[] {
  return enforced(effect, sight).filter(({ rule }) => !gone.has(rule) && rule.limit === null)
}

/** Whether another rule applies wherever this one does, and, for a permit, no forbid does. */
function isCovered(one: SeenRule, gone: ReadonlySet<Rule>, sight: SymbolicRoute): boolean {
  const forbids = one.rule.effect === 'permit' ? enforced('forbid', sight) : []
  return isNowhere(one.applies, sight) || !isLeft(one.applies, [...othersOf(one, gone, sight), ...forbids], sight)
}

/** Whether equal or weaker rules (permits that require no more, forbids of its reason and cure) apply wherever it does. */
function isPlainlyCovered(one: SeenRule, gone: ReadonlySet<Rule>, sight: SymbolicRoute): boolean {
  const { rule, step, holds, applies } = one
  if (rule.effect === 'permit') {
    const asksForMore = (other: DecisionStep) => other.requires.length > 0 || (other.open !== null && step.open === null)
    return !isLeft(
      holds,
      othersOf(one, gone, sight).filter((other) => !asksForMore(other.step)),
      sight,
    )
  }
  const says = ({ because, requires, personal, open }: DecisionStep) =>
    JSON.stringify([because, requires, personal && sight.identity === null, open === null])
  const beside = enforced('forbid', sight).filter((other) => !isNowhere(sight.diagram.and(applies, other.applies), sight))
  return beside.every((other) => says(other.step) === says(step))
}

/**
 * Whether every answer is the same without some rules, of which this is the last. If others are or may be removed too, only
 * independent coverage counts, as the first forbid that holds gives the reason.
 */
function isSame(one: SeenRule, gone: ReadonlySet<Rule>, signIn: readonly boolean[], sight: SymbolicRoute): boolean {
  if (!isCovered(one, gone, sight)) return false
  if (isPlainlyCovered(one, gone, sight)) return true
  if (sight.rules.some(({ rule }) => rule !== one.rule && gone.has(rule))) return false
  const left = sight.rules.filter((other) => other !== one)
  return signIn.every((is) => isSameEffect(effectOfRules(sight.rules, is, sight), effectOfRules(left, is, sight), sight))
}

function coveringOf(one: SeenRule, gone: ReadonlySet<Rule>, sight: SymbolicRoute): readonly Rule[] {
  const others = othersOf(one, gone, sight)
  const alone = others.find((other) => !isLeft(one.applies, [other], sight))
  if (alone !== undefined) return [alone.rule]
  // Other permits need not cover what forbids block.
  const where = one.rule.effect === 'permit' ? without(one.applies, enforced('forbid', sight), sight) : one.applies
  return fewest(where ?? one.applies, others, sight).map((other) => other.rule)
}
