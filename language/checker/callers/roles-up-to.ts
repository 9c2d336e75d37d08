import { expressionsWithin } from '../../syntax/children.ts'
import type { Def, Model, Role } from '../model.ts'

/**
 * Returns a role and those that its condition asks for, also through defs and other roles, without known ones. Each comes after
 * those that it asks for, so that a chain of any length is evaluated without a deeper call stack.
 */
export function rolesUpTo(last: Role, model: Model, known: ReadonlyMap<Role, unknown>): readonly Role[] {
  const needed = new Set<Role | Def>(known.has(last) ? [] : [last])
  for (const one of needed) {
    const expression = 'body' in one ? one.body : one.condition
    for (const part of expression === null ? [] : expressionsWithin(expression)) {
      const reference = part.kind === 'Is' || part.kind === 'Call' ? model.referenceOf(part) : null
      if (reference?.kind === 'def') needed.add(reference.def)
      if (reference?.kind === 'role' && !known.has(reference.role)) needed.add(reference.role)
    }
  }
  return [...needed].filter((one) => 'condition' in one).sort((a, b) => a.index - b.index)
}
