import type { InvariantDeclaration, PropertyDeclaration } from '../../syntax/ast.ts'
import { byName } from '../by-name.ts'
import { contextIn, knowingAnybody } from '../check-context.ts'
import { checkCondition } from '../expressions/check-condition.ts'
import type { Invariant } from '../model.ts'
import { declarationsIn } from '../of-file.ts'
import { ofDeclaration, type RuleWorld } from './check-rules.ts'

/**
 * Returns every checked invariant, sorted by name. Its condition is checked for any caller, and may contain requirements such as
 * `mfa` anywhere.
 */
export function checkInvariants(world: RuleWorld): Invariant[] {
  const declarations = world.scope.files.flatMap((file) => declarationsIn(file, 'InvariantDeclaration'))
  return declarations
    .sort(byName)
    .map((declaration) => ofDeclaration(declaration, world, () => checkTargeting(declaration, world)))
}

/** Returns the tests of all requests to some routes, in the order of files and positions. */
export function checkProperties(world: RuleWorld): Invariant[] {
  return world.scope.files.flatMap((file) =>
    declarationsIn(file, 'PropertyDeclaration').map((declaration) =>
      ofDeclaration(declaration, world, () => checkTargeting(declaration, world)),
    ),
  )
}

const FORMS = { permit: 'permitted-when', deny: 'denied-when' } as const

export function checkTargeting(declaration: InvariantDeclaration | PropertyDeclaration, world: RuleWorld): Invariant {
  const { condition, doc } = declaration
  const file = world.scope.fileOf(declaration)
  const routes = world.targets.routesOf(declaration, file)
  if (condition !== null) {
    const given = { roots: world.rootsOf(routes), requirements: 'anywhere' } as const
    checkCondition(condition, knowingAnybody(world), contextIn(world, file, 'invariant', given))
  }
  const own =
    declaration.kind === 'InvariantDeclaration'
      ? { name: declaration.name.text, form: declaration.form, allowUnknown: declaration.allowUnknown }
      : { name: declaration.name.value, form: FORMS[declaration.expect.effect], allowUnknown: true }
  return { ...own, routes: routes ?? [], condition, doc, declaration }
}
