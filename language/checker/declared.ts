import type { DataDeclaration, DefDeclaration, IdentityDeclaration, RoleDeclaration } from '../syntax/ast.ts'
import type { Datum, Def, Identity, Role, Root } from './model.ts'

/** Declarations → what they declare. Complete for every declaration that a name can resolve to, but for defs. */
export interface DeclaredNames {
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

/** What an expression reads, through defs and roles too. Filled while checking. */
export interface ReadsFound {
  readonly roots: Set<Root>
  /** Lower case. */
  readonly headers: Set<string>
  readonly data: Set<Datum>
  /** Whether it asks for `mfa`, `acr` or `auth`. */
  requirement: boolean
}

export function nothingRead(): ReadsFound {
  return { roots: new Set(), headers: new Set(), data: new Set(), requirement: false }
}
