import type { Route, Rule } from '../../language/checker/model.ts'
import { openRoute as entry } from '../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../language/diagnostics/diagnostic.ts'
import { report } from '../../language/diagnostics/report.ts'
import { placesOfRoutes } from '../../language/lint/facts/places-of-routes.ts'
import { TRUE } from '../bdd/bdd.ts'
import { type Finder, type FindingContext, relatedRules } from './finder.ts'
import { enforced, fewest, isLeft, isNowhere } from './questions.ts'
import type { SymbolicRoute } from './symbolic-route.ts'

/**
 * Reports a route that permits every request of any caller, although no single permit does so and no other rule refuses a
 * request.
 */
export class OpenRoute implements Finder {
  readonly #question: FindingContext
  readonly #refusing = new Set<Route>()
  readonly #opening = new Map<Route, Set<Rule>>()

  constructor(question: FindingContext) {
    this.#question = question
  }

  look(sight: SymbolicRoute): void {
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
      const on = model.rules.filter(({ routes }) => routes.includes(route))
      if (on.some((rule) => saysSo(rule) || mayRefuse(rule))) continue
      yield report(entry, span, { route: route.name }, relatedRules(opening))
    }
  }
}

function saysSo({ effect, shadow, to, conditions, requires }: Rule): boolean {
  if (effect !== 'permit' || shadow || conditions.length + requires.length > 0) return false
  const kinds = new Set(to.map(({ kind }) => kind))
  return kinds.has('anyone') || (kinds.has('anonymous') && kinds.has('authenticated'))
}

/** A permitted request may still be refused for a used-up limit, an unreadable header or body, or missing data. */
function mayRefuse({ limit, headers, reads }: Rule): boolean {
  return limit !== null || reads.body || headers.length + reads.headers.length + reads.data.length > 0
}
