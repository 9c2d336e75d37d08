import { hiddenPermit as entry } from '../../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../../language/diagnostics/diagnostic.ts'
import { report } from '../../../language/diagnostics/report.ts'
import type { Rule } from '../../../language/semantics/model.ts'
import type { Edge } from '../diagram/diagram.ts'
import { type Finder, isTold, named, placesOf, type Question } from './finder.ts'
import { isNowhere, type SeenRule, type Sight } from './sight.ts'

/** An enforced permit that applies to some requests, to each of which a forbid applies too. */
export class HiddenPermit implements Finder {
  readonly #question: Question
  readonly #permitting = new Set<Rule>()
  readonly #hidden = new Map<Rule, Set<Rule>>()

  constructor(question: Question) {
    this.#question = question
  }

  look(sight: Sight): void {
    const { diagram, rules, forbidden } = sight
    for (const { rule, applies } of rules) {
      if (rule.effect === 'forbid' || rule.shadow || this.#permitting.has(rule) || isNowhere(applies, sight)) continue
      if (isNowhere(diagram.and(applies, diagram.not(forbidden)), sight)) {
        const hiding = this.#hidden.get(rule) ?? new Set()
        for (const forbid of fewest(applies, forbidsOf(rules), sight)) hiding.add(forbid.rule)
        this.#hidden.set(rule, hiding)
      } else this.#permitting.add(rule)
    }
  }

  *found(isKnown: (rule: Rule) => boolean): Iterable<Diagnostic> {
    for (const [permit, hiding] of this.#hidden) {
      if (this.#permitting.has(permit) || !isKnown(permit) || isTold(this.#question, permit, entry.code)) continue
      const params = { permit: permit.name, forbids: `the forbid ${named(hiding)}` }
      yield report(entry, permit.declaration.name.span, params, placesOf(hiding))
    }
  }
}

export function forbidsOf(rules: readonly SeenRule[]): readonly SeenRule[] {
  return rules.filter(({ rule }) => rule.effect === 'forbid' && !rule.shadow)
}

/** Of rules that apply wherever something is: one that does alone, if there is, else all that have to do with it. */
export function fewest(where: Edge, rules: readonly SeenRule[], sight: Sight): readonly SeenRule[] {
  const { diagram } = sight
  const alone = rules.find(({ applies }) => isNowhere(diagram.and(where, diagram.not(applies)), sight))
  if (alone !== undefined) return [alone]
  const needed: SeenRule[] = []
  let left = where
  for (const one of rules) {
    const less = diagram.and(left, diagram.not(one.applies))
    if (less === left || isNowhere(diagram.and(left, one.applies), sight)) continue
    needed.push(one)
    left = less
  }
  return needed
}
