import type { Model } from '../language/checker/model.ts'
import { children, type Expr, lower } from './ir/index.ts'

/**
 * Returns all texts and numbers with which the conditions and roles of a policy compare values. Hashed values in audit records
 * can be recognized by them.
 */
export function constantsIn(model: Model): ReadonlySet<string | number> {
  const found = new Set<string | number>()
  const seen = new Set<Expr>()
  const look = (expression: Expr): void => {
    if (seen.has(expression)) return
    seen.add(expression)
    if (expression.kind === 'Const') {
      const { value } = expression
      if (typeof value === 'string' || typeof value === 'number') found.add(value)
    }
    for (const child of children(expression)) look(child)
  }
  const { identities, routes } = lower(model)
  for (const { roles } of identities) for (const { test } of roles) look(test)
  for (const { anonymous, authenticated } of routes)
    for (const { test, limit, headers } of [...anonymous.trace, ...authenticated.trace]) {
      look(test)
      if (limit?.by) look(limit.by)
      for (const { value } of headers) look(value)
    }
  return found
}
