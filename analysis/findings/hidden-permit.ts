import type { Rule } from '../../language/checker/model.ts'
import { hiddenPermit as entry } from '../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../language/diagnostics/diagnostic.ts'
import { report } from '../../language/diagnostics/report.ts'
import { type Finder, type FindingContext, isTold, listNames, relatedRules } from './finder.ts'
import { enforced, fewest, isLeft, isNowhere } from './questions.ts'
import type { SymbolicRoute } from './symbolic-route.ts'

/** Reports an enforced permit without effect: it applies to some requests, but a forbid applies to each of them too. */
export class HiddenPermit implements Finder {
  readonly #question: FindingContext
  readonly #permitting = new Set<Rule>()
  readonly #hidden = new Map<Rule, Set<Rule>>()

  constructor(question: FindingContext) {
    this.#question = question
  }

  look(sight: SymbolicRoute): void {
    const forbids = enforced('forbid', sight)
    for (const { rule, applies } of enforced('permit', sight)) {
      if (this.#permitting.has(rule) || isNowhere(applies, sight)) continue
      if (isLeft(applies, forbids, sight)) this.#permitting.add(rule)
      else {
        const hiding = this.#hidden.get(rule) ?? new Set()
        for (const forbid of fewest(applies, forbids, sight)) hiding.add(forbid.rule)
        this.#hidden.set(rule, hiding)
      }
    }
  }

  *found(isKnown: (rule: Rule) => boolean): Iterable<Diagnostic> {
    for (const [permit, hiding] of this.#hidden) {
      if (this.#permitting.has(permit) || !isKnown(permit) || isTold(this.#question, permit, entry.code)) continue
      const params = { permit: permit.name, forbids: `the forbid ${listNames(hiding)}` }
      yield report(entry, permit.declaration.name.span, params, relatedRules(hiding))
    }
  }
}
