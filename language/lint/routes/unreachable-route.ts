import type { Model, Route, Rule } from '../../checker/model.ts'
import { unreachableRoute as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { Span } from '../../source.ts'
import { placesOfRoutes } from '../facts/places-of-routes.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports a route without any enforced permit, unless an unconditional forbid to anyone shows the intent. */
export const unreachableRoute: LintRule = {
  entry,
  byDefault: true,
  check({ model, files }, notify) {
    if (model.rules.length === 0) return
    const reached = new Set<Route>()
    const lists = new Set<Rule['routes']>()
    for (const { effect, shadow, routes, to, conditions } of model.rules) {
      const closes = effect === 'forbid' && conditions.length === 0 && to.some(({ kind }) => kind === 'anyone')
      if (!shadow && (effect === 'permit' || closes)) lists.add(routes)
    }
    for (const routes of lists) for (const route of routes) reached.add(route)
    const places = placesOfRoutes(files)
    /** Routes of one document have one span, and one report. */
    const byPlace = new Map<Span, Route[]>()
    for (const route of model.routes) {
      const span = reached.has(route) ? null : places(route)
      if (span !== null) byPlace.set(span, [...(byPlace.get(span) ?? []), route])
    }
    for (const [span, routes] of byPlace) {
      const names = routes.map(({ name }) => `\`${name}\``)
      const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names
      notify(report(entry, span, { routes: shown.join(', '), forbid: forbidOn(routes, model) }))
    }
  },
}

/** Returns the name of a forbid on one of the routes, which closes it to some requests only; null if there is none. */
export function forbidOn(routes: readonly Route[], { rules }: Pick<Model, 'rules'>): string | null {
  const isOn = ({ effect, shadow, routes: of }: Rule) =>
    effect === 'forbid' && !shadow && routes.some((route) => of.includes(route))
  return rules.find(isOn)?.name ?? null
}
