import type { InvariantDeclaration } from '../../syntax/ast.ts'
import { byName } from '../by-name.ts'
import { contextIn, knowingAnybody } from '../check-context.ts'
import { checkCondition } from '../expressions/check-condition.ts'
import type { Invariant } from '../model.ts'
import { ofDeclaration, type RuleWorld } from './check-rules.ts'

/**
 * Returns every checked invariant, sorted by name. Its condition is checked for any caller, and may contain requirements such as
 * `mfa` anywhere.
 */
export function checkInvariants(world: RuleWorld): Invariant[] {
  const declarations = world.scope.declarations.filter((one): one is InvariantDeclaration => one.kind === 'InvariantDeclaration')
  return declarations
    .sort(byName)
    .map((declaration) => ofDeclaration(declaration, world, () => checkInvariant(declaration, world)))
}

function checkInvariant(declaration: InvariantDeclaration, world: RuleWorld): Invariant {
  const { name, form, condition, allowUnknown, doc } = declaration
  const file = world.scope.fileOf(declaration)
  const routes = world.targets.routesOf(declaration, file)
  if (condition !== null) {
    const given = { roots: world.rootsOf(routes), requirements: 'anywhere' } as const
    checkCondition(condition, knowingAnybody(world), contextIn(world, file, 'invariant', given))
  }
  return { name: name.text, routes: routes ?? [], form, condition, allowUnknown, doc, declaration }
}
