import type { IdentityDeclaration, RoleDeclaration } from '../syntax/ast.ts'
import type { Identity, Role } from './model.ts'

/** Declarations → what they declare. Complete for every declaration that a name can resolve to. */
export interface Declared {
  readonly identities: ReadonlyMap<IdentityDeclaration, Identity>
  readonly roles: ReadonlyMap<RoleDeclaration, Role>
  /** Roles of which an identity could not be made out: who may have them is not known. */
  readonly lackingRoles: ReadonlySet<Role>
}
