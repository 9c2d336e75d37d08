import { hiddenPermit as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import type { Route, Rule } from '../../semantics/model.ts'
import { includesAll } from '../facts/clauses.ts'
import { covers } from '../facts/covers.ts'
import { WeakerRules } from '../facts/weaker-rules.ts'
import type { LintRule } from '../lint-rule.ts'

/** A permit on each of whose routes a forbid is, to everybody whom it is to, with none but clauses that it has itself. */
export const hiddenPermit: LintRule = {
  entry,
  byDefault: true,
  check({ model }, tell) {
    const forbids = new WeakerRules(model.rules.filter(({ effect, shadow }) => effect === 'forbid' && !shadow))
    for (const permit of model.rules) {
      if (permit.effect !== 'permit' || permit.shadow) continue
      const hiding = hidingOf(permit, forbids.than(permit), (forbid) => covers(forbid.to, permit.to, model.identities))
      if (hiding === null) continue
      const names = hiding.map(({ name }) => `\`${name}\``).join(' or ')
      const related = hiding.map(({ name, declaration }) => ({ message: `\`${name}\` is here`, span: declaration.name.span }))
      const params = { permit: permit.name, forbids: `the forbid ${names}` }
      tell(report(entry, permit.declaration.name.span, params, related))
    }
  },
}

/** Forbids that together are on all routes of the permit, as few as one where one is; null where they leave some out. */
function hidingOf(permit: Rule, forbids: Iterable<Rule>, fits: (forbid: Rule) => boolean): Rule[] | null {
  const found: Rule[] = []
  const left = new Set<Route>(permit.routes)
  for (const forbid of forbids) {
    if (!fits(forbid)) continue
    if (includesAll(forbid.routes, permit.routes)) return [forbid]
    const before = left.size
    for (const route of forbid.routes) left.delete(route)
    if (left.size < before) found.push(forbid)
  }
  return left.size === 0 ? found.sort((a, b) => (a.name < b.name ? -1 : 1)) : null
}
