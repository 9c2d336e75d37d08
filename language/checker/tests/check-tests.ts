/** `test` blocks, one `Test` for each of their cases, as far as they can be judged before they run. */
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { DataDeclaration, IdentityDeclaration } from '../../syntax/ast.ts'
import type { Renamings } from '../definitions/check-annotations.ts'
import type { Datum, Identity, Rule, Test } from '../model.ts'
import type { Scope } from '../scope.ts'
import { casesOf } from './cases.ts'
import { RuleNames } from './check-expectation.ts'
import { checkTest } from './check-test.ts'

export interface TestWorld {
  readonly scope: Scope
  readonly identities: ReadonlyMap<IdentityDeclaration, Identity>
  readonly data: ReadonlyMap<DataDeclaration, Datum>
  readonly diagnostics: Diagnostic[]
}

/** In the order of files and of the text. */
export function checkTests(world: TestWorld, rules: readonly Rule[], renamings: Renamings): Test[] {
  const names = new RuleNames(rules, renamings, world.scope)
  return world.scope.files.flatMap((file) =>
    file.declarations.flatMap((declaration) => {
      if (declaration.kind !== 'TestDeclaration') return []
      names.check(declaration.expect, world.diagnostics)
      return checkTest(declaration, casesOf(declaration, world.diagnostics), file, names, world)
    }),
  )
}
