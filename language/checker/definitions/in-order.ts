import { defCycle, roleCycle } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { DefDeclaration, Expression, RoleDeclaration } from '../../syntax/ast.ts'
import { walkExpressions } from '../../syntax/children.ts'
import { byName } from '../by-name.ts'
import { dependenciesFirst } from '../dependencies-first.ts'
import type { Scope } from '../scope.ts'

/** A declaration with a name and an expression that may refer to others of its kind. */
export type Definition = RoleDeclaration | DefDeclaration

/**
 * Returns roles and defs so that each follows those that its expression uses; independent ones are sorted by name. Reports each
 * cycle and cuts it.
 */
export function definitionsInOrder(scope: Scope, diagnostics: Diagnostic[]): Definition[] {
  const declarations = scope.declarations
    .filter((one): one is Definition => one.kind === 'RoleDeclaration' || one.kind === 'DefDeclaration')
    .sort(byName)
  return dependenciesFirst(
    declarations,
    (declaration) => neededBy(declaration, scope),
    (cycle) => {
      const [first] = cycle as readonly [Definition, ...Definition[]]
      const names = cycle.map((one) => `\`${one.name.text}\``).join(' → ')
      const entry = cycle.every((one) => one.kind === 'RoleDeclaration') ? roleCycle : defCycle
      diagnostics.push(report(entry, first.name.span, { cycle: names }))
    },
  )
}

function neededBy(declaration: Definition, scope: Scope): Definition[] {
  const expression = declaration.kind === 'RoleDeclaration' ? declaration.when : declaration.body
  if (expression === null) return []
  const file = scope.fileOf(declaration)
  const needed = new Set<Definition>()
  walkExpressions(expression, (part) => {
    const name = nameIn(part)
    const found = name === null ? null : scope.find(file, name)
    if (found?.kind === 'RoleDeclaration' && part.kind === 'Is') needed.add(found)
    if (found?.kind === 'DefDeclaration' && part.kind === 'Call') needed.add(found)
  })
  return [...needed].sort(byName)
}

function nameIn(expression: Expression): string | null {
  if (expression.kind === 'Is') return expression.name.text
  return expression.kind === 'Call' && expression.receiver === null ? expression.name.text : null
}
