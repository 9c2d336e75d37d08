/** Checks `test` blocks as far as possible before they run, and returns a `Test` for each case. */
import type { Renamings } from '../definitions/check-annotations.ts'
import type { Rule, Test } from '../model.ts'
import { declarationsIn } from '../of-file.ts'
import { casesOf } from './cases.ts'
import { RuleNames } from './check-expectation.ts'
import type { TestWorld } from './check-parts.ts'
import { checkTest } from './check-test.ts'
import { Fixtures } from './fixtures.ts'

/** Checks all tests, and returns the test cases in the order of files and positions. */
export function checkTests(world: TestWorld, rules: readonly Rule[], renamings: Renamings): Test[] {
  const names = new RuleNames(rules, renamings, world.scope)
  const fixtures = new Fixtures(world)
  const told = new Set<string>()
  const tests = world.scope.files.flatMap((file) =>
    declarationsIn(file, 'TestDeclaration').flatMap((declaration) => {
      names.check(declaration.expect, world.diagnostics)
      return checkTest(declaration, casesOf(declaration, world.diagnostics), names, fixtures, told, world.diagnostics)
    }),
  )
  fixtures.checkUnnamed()
  return tests
}
