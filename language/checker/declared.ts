import type { DataDeclaration, DefDeclaration, IdentityDeclaration, RoleDeclaration } from '../syntax/ast.ts'
import type { ReadsFound } from './expressions/expression-context.ts'
import type { Datum, Def, Identity, Role } from './model.ts'

/** Declarations → what they declare. Complete for every declaration that a name can resolve to, but for defs. */
export interface Declared {
  readonly identities: ReadonlyMap<IdentityDeclaration, Identity>
  readonly roles: ReadonlyMap<RoleDeclaration, Role>
  /** Roles of which an identity could not be made out: who may have them is not known. */
  readonly lackingRoles: ReadonlySet<Role>
  readonly data: ReadonlyMap<DataDeclaration, Datum>
  /** Those that were checked already; what is missing was reported (a circle), and nothing is said of its calls. */
  readonly defs: ReadonlyMap<DefDeclaration, CheckedDef>
}

/** A def whose body was checked (`checkDef`), and what that told. */
export interface CheckedDef {
  readonly def: Def
  readonly declaration: DefDeclaration
  readonly reads: ReadsFound
}
