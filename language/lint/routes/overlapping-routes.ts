import type { Route, Rule } from '../../checker/model.ts'
import { isWithin } from '../../checker/routes/template.ts'
import { overlappingRoutes as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import { includesRoute } from '../facts/clauses.ts'
import { placesOfRoutes } from '../facts/places-of-routes.ts'
import type { LintProject, LintRule } from '../lint-rule.ts'

/**
 * Reports a route that shadows paths of a less specific route of its service while an enforced rule targets only one of the two:
 * a reader would assume that the rule covers those paths. Ignores `{rest...}`, which means "all others".
 */
export const overlappingRoutes: LintRule = {
  entry,
  byDefault: true,
  *check({ model, files }, notify) {
    const places = placesOfRoutes(files)
    for (const routes of groups(model.routes)) {
      yield
      const generals = byBeginning(routes)
      for (const specific of routes) {
        const general = generals(specific).find((other) => takesFrom(specific, other))
        const rule = general === undefined ? null : ruleOnOne(specific, general, model)
        const span = places(specific)
        if (general === undefined || rule === null || span === null) continue
        const place = places(general)
        const related = place === null ? [] : [{ message: 'the other route is declared here', span: place }]
        notify(report(entry, span, { specific: specific.name, general: general.name, rule: rule.name }, related))
      }
    }
  },
}

/** Groups routes by service and segment count: others share no path, except `{rest...}`. */
function groups(routes: readonly Route[]): Iterable<readonly Route[]> {
  const found = new Map<string, Route[]>()
  for (const route of routes) {
    if (route.segments.some(({ kind }) => kind === 'rest')) continue
    const key = `${route.service.index} ${route.segments.length}`
    const group = found.get(key)
    if (group === undefined) found.set(key, [route])
    else group.push(route)
  }
  return found.values()
}

/** Groups routes by their first text, as most differ there; each group includes those that begin with a parameter. */
function byBeginning(routes: readonly Route[]): (specific: Route) => readonly Route[] {
  const found = new Map<string | null, Route[]>()
  for (const route of routes) {
    // A route without parameters is no more general than any other.
    if (route.segments.every(({ kind }) => kind === 'literal')) continue
    const beginning = beginningOf(route)
    const known = found.get(beginning)
    if (known === undefined) found.set(beginning, [route])
    else known.push(route)
  }
  return (specific) => {
    const beginning = beginningOf(specific)
    const alike = beginning === null ? [] : (found.get(beginning) ?? [])
    const open = found.get(null) ?? []
    return alike.length === 0 ? open : [...alike, ...open].sort((a, b) => a.index - b.index)
  }
}

function beginningOf({ segments: [first] }: Route): string | null {
  return first?.kind === 'literal' ? first.text : null
}

function takesFrom(specific: Route, general: Route): boolean {
  if (specific === general || !shareMethod(specific, general)) return false
  return isWithin(specific.segments, general.segments) && !isWithin(general.segments, specific.segments)
}

function shareMethod(a: Route, b: Route): boolean {
  return a.methods === null || b.methods === null || a.methods.some((method) => b.methods?.includes(method))
}

function ruleOnOne(a: Route, b: Route, { rules }: LintProject['model']): Rule | null {
  return rules.find(({ shadow, routes }) => !shadow && includesRoute(routes, a) !== includesRoute(routes, b)) ?? null
}
