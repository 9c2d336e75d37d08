import type { DataDeclaration, DefDeclaration, IdentityDeclaration, RoleDeclaration } from '../syntax/ast.ts'
import type { Datum, Def, Identity, Role, Root } from './model.ts'

/** The checked objects of declarations. Every declaration that a name can resolve to has an entry, except defs. */
export interface DeclaredNames {
  readonly identities: ReadonlyMap<IdentityDeclaration, Identity>
  readonly roles: ReadonlyMap<RoleDeclaration, Role>
  /** Roles with an identity that did not resolve. The callers of such a role are unknown. */
  readonly lackingRoles: ReadonlySet<Role>
  readonly data: ReadonlyMap<DataDeclaration, Datum>
  /** The checked defs. A missing def is part of a reported cycle; its calls are not reported again. */
  readonly defs: ReadonlyMap<DefDeclaration, CheckedDef>
}

/** A def with a checked body (`checkDef`), and the results of the check. */
export interface CheckedDef {
  readonly def: Def
  readonly declaration: DefDeclaration
  readonly reads: ReadsFound
}

/** The inputs that an expression reads, also through defs and roles. Filled during the check. */
export interface ReadsFound {
  readonly roots: Set<Root>
  /** Lower-case names of the headers that the expression reads. */
  readonly headers: Set<string>
  readonly data: Set<Datum>
  /** Whether the expression uses `mfa`, `acr` or `auth`. */
  requirement: boolean
}

export function nothingRead(): ReadsFound {
  return { roots: new Set(), headers: new Set(), data: new Set(), requirement: false }
}
