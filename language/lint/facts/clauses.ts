/** The clauses of a rule as keys, equal for clauses that are written alike. */
import type { Rule } from '../../checker/model.ts'
import { writtenKey } from '../../checker/rules/written-key.ts'
import type { Expression } from '../../syntax/ast.ts'

const known = new WeakMap<Rule, ReadonlySet<string>>()

/**
 * Returns the clauses of a rule, except `require`, as texts: one for each operand of their conjunction, equal for operands that
 * are written alike.
 */
export function clauseKeys(rule: Rule): ReadonlySet<string> {
  const before = known.get(rule)
  if (before !== undefined) return before
  const keys = new Set<string>()
  for (const { expression, unless } of rule.conditions) for (const key of keysOf(expression, !unless)) keys.add(key)
  known.set(rule, keys)
  return keys
}

/** Splits a conjunction, with negations pushed inward. */
function keysOf(expression: Expression, truth: boolean): string[] {
  if (expression.kind === 'Not') return keysOf(expression.operand, !truth)
  if (expression.kind === 'Chain' && (expression.operator === '&&') === truth) {
    return expression.operands.flatMap((operand) => keysOf(operand, truth))
  }
  return [`${truth} ${writtenKey(expression)}`]
}

export function isSubset<T>(inner: ReadonlySet<T>, outer: ReadonlySet<T>): boolean {
  if (inner.size > outer.size) return false
  for (const one of inner) if (!outer.has(one)) return false
  return true
}

/** Returns whether a list of routes includes all routes of another. Both lists are sorted by index. */
export function includesAll(outer: Rule['routes'], inner: Rule['routes']): boolean {
  if (outer === inner) return true
  let at = 0
  for (const route of inner) {
    while (at < outer.length && (outer[at] as (typeof inner)[number]).index < route.index) at += 1
    if (outer[at] !== route) return false
  }
  return true
}

/** Returns whether a route is in a list sorted by index. */
export function includesRoute(routes: Rule['routes'], route: Rule['routes'][number]): boolean {
  let from = 0
  let to = routes.length
  while (from < to) {
    const middle = (from + to) >> 1
    if ((routes[middle] as typeof route).index < route.index) from = middle + 1
    else to = middle
  }
  return routes[from] === route
}
