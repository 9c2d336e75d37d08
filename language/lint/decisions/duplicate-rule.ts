import type { Principal, Rule } from '../../checker/model.ts'
import { writtenKey } from '../../checker/rules/written-key.ts'
import { duplicateRule as entry } from '../../diagnostics/catalogue/lint.ts'
import { report } from '../../diagnostics/report.ts'
import { clauseKeys } from '../facts/clauses.ts'
import type { LintRule } from '../lint-rule.ts'

/** Reports two rules with the same effect, routes, callers and clauses, in any order. */
export const duplicateRule: LintRule = {
  entry,
  byDefault: true,
  *check({ model }, notify) {
    const first = new Map<string, Rule>()
    for (const rule of model.rules) {
      yield
      const key = keyOf(rule)
      const other = first.get(key)
      if (other === undefined) first.set(key, rule)
      else {
        const related = [{ message: `\`${other.name}\` is here`, span: other.declaration.name.span }]
        notify(report(entry, rule.declaration.name.span, { rule: rule.name, other: other.name }, related))
      }
    }
  },
}

const routeKeys = new WeakMap<Rule['routes'], string>()

function keyOf(rule: Rule): string {
  const { effect, shadow, routes, to, requires, limit, headers, because } = rule
  const onRoutes = routeKeys.get(routes) ?? routes.map(({ name }) => name).join()
  routeKeys.set(routes, onRoutes)
  return JSON.stringify([
    effect,
    shadow,
    onRoutes,
    [...new Set(to.map(principalKey))].sort(),
    [...clauseKeys(rule)].sort(),
    [...new Set(requires.map(writtenKey))].sort(),
    limit === null ? null : [limit.count, limit.per, limit.by === null ? null : writtenKey(limit.by)],
    headers.map(({ name, value }) => [name, writtenKey(value)]),
    // A permit's reason is never shown.
    effect === 'forbid' ? because : null,
  ])
}

function principalKey(principal: Principal): string {
  switch (principal.kind) {
    case 'role':
      return `role ${principal.role.name}`
    case 'identity':
      return `identity ${principal.identity.name}`
    default:
      return principal.kind
  }
}
