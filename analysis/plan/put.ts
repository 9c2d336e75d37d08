import { type Expr, freeVariables, mapChildren, scopeOf, type VariableName } from '../../compiler/ir/index.ts'

/** A body with a value in all places of a variable. What the value reads is bound nowhere in the body. */
export function put(variable: VariableName, value: Expr, body: Expr): Expr {
  if (!freeVariables(body).has(variable)) return body
  if (body.kind === 'Variable') return value
  const own = scopeOf(body)
  return mapChildren(body, (child) =>
    own?.variable === variable && own.sees.includes(child) ? child : put(variable, value, child),
  )
}

/** The same expression with another one in all places where that very object stands. */
export function exchange(part: Expr, other: Expr, whole: Expr): Expr {
  return whole === part ? other : mapChildren(whole, (child) => exchange(part, other, child))
}
