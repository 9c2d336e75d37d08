import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { DataDeclaration, IdentityDeclaration } from '../../syntax/ast.ts'
import type { Datum, Identity } from '../model.ts'
import type { Documents } from '../routes/route-world.ts'
import type { Scope } from '../scope.ts'

/** The context in which tests and fixtures are checked. */
export interface TestWorld {
  readonly scope: Scope
  readonly identities: ReadonlyMap<IdentityDeclaration, Identity>
  readonly data: ReadonlyMap<DataDeclaration, Datum>
  readonly documents: Documents
  readonly diagnostics: Diagnostic[]
}
