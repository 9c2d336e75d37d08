/** Checks roles: their identities and conditions. `definitions/in-order.ts` decides the order of evaluation. */
import type { IdentityDeclaration, RoleDeclaration } from '../../syntax/ast.ts'
import { compareText } from '../by-name.ts'
import { type CheckContext, contextIn } from '../check-context.ts'
import { checkCondition } from '../expressions/check-condition.ts'
import { knowing } from '../expressions/flow/narrowing.ts'
import type { Datum, Identity, Role } from '../model.ts'
import type { Scope } from '../scope.ts'

/** A role before its condition is checked. The check adds what the condition reads to `data`. */
export interface RoleDraft extends Role {
  index: number
  readonly data: Datum[]
}

/** Returns one `Role` for each declaration, indexed in the given order. */
export function declareRoles(
  ordered: readonly RoleDeclaration[],
  scope: Scope,
  identities: ReadonlyMap<IdentityDeclaration, Identity>,
): { readonly roles: Map<RoleDeclaration, RoleDraft>; readonly lackingRoles: Set<Role> } {
  const roles = new Map<RoleDeclaration, RoleDraft>()
  const lackingRoles = new Set<Role>()
  for (const declaration of ordered) {
    const file = scope.fileOf(declaration)
    const of = declaration.of.map((name) => scope.resolve(file, name, ['IdentityDeclaration']))
    const unique = [...new Set(of)].flatMap((one) => (one === null ? [] : [identities.get(one) as Identity]))
    const role: RoleDraft = {
      name: declaration.name.text,
      index: roles.size,
      identities: unique.sort((a, b) => a.index - b.index),
      condition: declaration.when,
      data: [],
      place: declaration.name.span,
    }
    roles.set(declaration, role)
    if (of.includes(null)) lackingRoles.add(role)
  }
  return { roles, lackingRoles }
}

/** Checks a role's condition, and returns the role. Roles and defs that it reads must be checked already. */
export function checkRole(declaration: RoleDeclaration, role: RoleDraft, world: CheckContext): RoleDraft {
  if (declaration.when === null) return role
  const context = contextIn(world, world.scope.fileOf(declaration), 'role')
  checkCondition(declaration.when, knowing(world.declared.lackingRoles.has(role) ? null : role.identities), context)
  role.data.push(...[...context.reads.data].sort((a, b) => compareText(a.name, b.name)))
  return role
}
