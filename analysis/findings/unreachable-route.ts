import type { Route, Rule } from '../../language/checker/model.ts'
import { unreachableRoute as entry, hiddenPermit, neverApplies } from '../../language/diagnostics/catalogue/lint.ts'
import type { Diagnostic } from '../../language/diagnostics/diagnostic.ts'
import { report } from '../../language/diagnostics/report.ts'
import { placesOfRoutes } from '../../language/lint/facts/places-of-routes.ts'
import { forbidOn } from '../../language/lint/routes/unreachable-route.ts'
import { type Finder, type FindingContext, isTold, relatedRules } from './finder.ts'
import { enforced, isLeft } from './questions.ts'
import type { SymbolicRoute } from './symbolic-route.ts'

/** Reports a route with permits that permits no request, unless an unconditional forbid to anyone shows the intent. */
export class UnreachableRoute implements Finder {
  readonly #question: FindingContext
  readonly #reached = new Set<Route>()
  readonly #seen = new Set<Route>()

  constructor(question: FindingContext) {
    this.#question = question
  }

  look(sight: SymbolicRoute): void {
    const { routes } = sight
    if (routes.every((route) => this.#reached.has(route))) return
    const forbids = enforced('forbid', sight)
    const isReached = enforced('permit', sight).some(({ applies }) => isLeft(applies, forbids, sight))
    for (const route of routes) (isReached ? this.#reached : this.#seen).add(route)
  }

  *found(isKnown: (of: Route) => boolean): Iterable<Diagnostic> {
    const { model, files } = this.#question
    const places = placesOfRoutes(files)
    for (const route of model.routes) {
      const span = places(route)
      if (this.#reached.has(route) || !this.#seen.has(route) || !isKnown(route) || span === null) continue
      const on = model.rules.filter(({ shadow, routes }) => !shadow && routes.includes(route))
      const permits = on.filter(({ effect }) => effect === 'permit')
      if (
        on.some(closesForGood) ||
        permits.every((permit) => isTold(this.#question, permit, neverApplies.code, hiddenPermit.code))
      )
        continue
      yield report(entry, span, { routes: `\`${route.name}\``, forbid: forbidOn([route], model) }, relatedRules(on))
    }
  }
}

function closesForGood({ effect, to, conditions }: Rule): boolean {
  return effect === 'forbid' && conditions.length === 0 && to.some(({ kind }) => kind === 'anyone')
}
