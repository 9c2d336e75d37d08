import type { Model, Role, Rule } from '../../../language/checker/model.ts'
import type { Expression } from '../../../language/syntax/ast.ts'
import { walkExpressions } from '../../../language/syntax/children.ts'

/** Returns the roles that rules use, also through roles and defs. A role that only invariants use affects no decision. */
export function reachedRoles(model: Pick<Model, 'rules' | 'referenceOf'>): ReadonlySet<Role> {
  const found = new Set<Role>()
  const seen = new Set<Expression>()
  const reach = (role: Role): void => {
    if (found.has(role)) return
    found.add(role)
    if (role.condition !== null) read(role.condition)
  }
  const read = (root: Expression): void => {
    if (seen.has(root)) return
    seen.add(root)
    walkExpressions(root, (expression) => {
      if (expression.kind !== 'Is' && expression.kind !== 'Call') return
      const reference = model.referenceOf(expression)
      if (reference.kind === 'role') reach(reference.role)
      if (reference.kind === 'def') read(reference.def.body)
    })
  }
  for (const rule of model.rules) {
    for (const principal of rule.to) if (principal.kind === 'role') reach(principal.role)
    for (const expression of expressionsOf(rule)) read(expression)
  }
  return found
}

function expressionsOf({ conditions, limit, headers }: Rule): readonly Expression[] {
  return [
    ...conditions.map(({ expression }) => expression),
    ...(limit?.by ? [limit.by] : []),
    ...headers.map(({ value }) => value),
  ]
}
