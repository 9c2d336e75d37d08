import type { Route, Rule } from '../../checker/model.ts'
import { hiddenPermit as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import { includesAll, includesRoute } from '../facts/clauses.ts'
import { principalsCover } from '../facts/principals-cover.ts'
import { WeakerRules } from '../facts/weaker-rules.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports a permit that forbids always override: on each route, for all callers, with a subset of the permit's clauses. */
export const hiddenPermit: LintRule = {
  entry,
  byDefault: true,
  *check({ model }, notify) {
    const forbids = new WeakerRules(model.rules.filter(({ effect, shadow }) => effect === 'forbid' && !shadow))
    for (const permit of model.rules) {
      yield
      if (permit.effect !== 'permit' || permit.shadow) continue
      const hiding = hidingOf(permit, (route) =>
        [...forbids.than(permit, route)].filter((forbid) => principalsCover(forbid.to, permit.to, model.identities)),
      )
      if (hiding === null) continue
      const names = hiding.map(({ name }) => `\`${name}\``).join(' or ')
      const related = hiding.map(({ name, declaration }) => ({ message: `\`${name}\` is here`, span: declaration.name.span }))
      const params = { permit: permit.name, forbids: `the forbid ${names}` }
      notify(report(entry, permit.declaration.name.span, params, related))
    }
  },
}

/** Returns forbids that together cover the permit's routes, preferably one; null if they do not. */
function hidingOf({ routes }: Rule, forbidsOn: (route: Route) => readonly Rule[]): Rule[] | null {
  const [first] = routes
  const whole = first === undefined ? undefined : forbidsOn(first).find((forbid) => includesAll(forbid.routes, routes))
  if (whole !== undefined) return [whole]
  const found: Rule[] = []
  for (const route of routes) {
    if (found.some((forbid) => includesRoute(forbid.routes, route))) continue
    const [forbid] = forbidsOn(route)
    if (forbid === undefined) return null
    found.push(forbid)
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1))
}
