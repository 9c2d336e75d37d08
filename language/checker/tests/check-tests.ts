/** `test` blocks, one `Test` for each of their cases, as far as they can be judged before they run. */
import type { Renamings } from '../definitions/check-annotations.ts'
import type { Rule, Test } from '../model.ts'
import { casesOf } from './cases.ts'
import { RuleNames } from './check-expectation.ts'
import { checkTest, type TestWorld } from './check-test.ts'

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
