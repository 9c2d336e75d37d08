/** Roles: who can have them, and their conditions. In which order they are worked out, `definitions/in-order.ts` says. */
import type { IdentityDeclaration, RoleDeclaration } from '../../syntax/ast.ts'
import { compareText } from '../by-name.ts'
import { type CheckContext, contextIn } from '../check-context.ts'
import type { DeclaredNames } from '../declared.ts'
import { checkCondition } from '../expressions/check-condition.ts'
import { knowing } from '../expressions/flow/narrowing.ts'
import type { Datum, Identity, Role } from '../model.ts'
import type { Scope } from '../scope.ts'

/** A role whose condition is still to be checked: what it reads is then put into `data`. */
interface RoleDraft extends Role {
  readonly data: Datum[]
}

/** One `Role` for every declaration, indexed in the order given. */
export function declareRoles(
  ordered: readonly RoleDeclaration[],
  scope: Scope,
  identities: ReadonlyMap<IdentityDeclaration, Identity>,
): { readonly roles: ReadonlyMap<RoleDeclaration, RoleDraft>; readonly lackingRoles: DeclaredNames['lackingRoles'] } {
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

/** Checks a role's condition, after everything that it reads. */
export function checkRole(declaration: RoleDeclaration, role: RoleDraft, world: CheckContext): void {
  if (declaration.when === null) return
  const context = contextIn(world, world.scope.fileOf(declaration), 'role')
  checkCondition(declaration.when, knowing(world.declared.lackingRoles.has(role) ? null : role.identities), context)
  role.data.push(...[...context.reads.data].sort((a, b) => compareText(a.name, b.name)))
}
