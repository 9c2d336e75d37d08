import { openRoute as entry } from '../../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../../language/diagnostics/diagnostic.ts'
import { report } from '../../../language/diagnostics/report.ts'
import { placesOfRoutes } from '../../../language/rules/facts/places-of-routes.ts'
import type { Route, Rule } from '../../../language/semantics/model.ts'
import { TRUE } from '../diagram/diagram.ts'
import { type Finder, placesOf, type Question } from './finder.ts'
import { enforced, fewest, isLeft, isNowhere } from './questions.ts'
import type { Sight } from './sight.ts'

/** A route to which every request is permitted, whoever sends it, though no permit says so by itself. */
export class OpenRoute implements Finder {
  readonly #question: Question
  readonly #refusing = new Set<Route>()
  readonly #opening = new Map<Route, Set<Rule>>()

  constructor(question: Question) {
    this.#question = question
  }

  look(sight: Sight): void {
    const { routes } = sight
    if (routes.every((route) => this.#refusing.has(route))) return
    const permits = enforced('permit', sight)
    const isOpen = !isLeft(TRUE, permits, sight) && enforced('forbid', sight).every(({ applies }) => isNowhere(applies, sight))
    for (const route of routes) {
      if (!isOpen) this.#refusing.add(route)
      else {
        const opening = this.#opening.get(route) ?? new Set()
        for (const { rule } of fewest(TRUE, permits, sight)) opening.add(rule)
        this.#opening.set(route, opening)
      }
    }
  }

  *found(isKnown: (of: Route) => boolean): Iterable<Diagnostic> {
    const { model, files } = this.#question
    const places = placesOfRoutes(files)
    for (const [route, opening] of this.#opening) {
      const span = places(route)
      if (this.#refusing.has(route) || !isKnown(route) || span === null) continue
      if (model.rules.some((rule) => saysSo(rule) && rule.routes.includes(route))) continue
      yield report(entry, span, { route: route.name }, placesOf(opening))
    }
  }
}

function saysSo({ effect, shadow, to, conditions, requires }: Rule): boolean {
  return effect === 'permit' && !shadow && conditions.length + requires.length === 0 && to.some(({ kind }) => kind === 'anyone')
}
