/** Roles: who can have them, in which order they are worked out, and their conditions. */
import { roleCycle } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import type { IdentityDeclaration, RoleDeclaration } from '../../syntax/ast.ts'
import { walkExpressions } from '../../syntax/children.ts'
import { byName } from '../by-name.ts'
import type { Declared } from '../declared.ts'
import { dependenciesFirst } from '../dependencies-first.ts'
import { checkBool, checkExpression } from '../expressions/check-expression.ts'
import type { ExpressionTables } from '../expressions/expression-context.ts'
import { knowing } from '../expressions/narrowing.ts'
import type { Identity, Role } from '../model.ts'
import type { Scope } from '../scope.ts'

/** One `Role` for every declaration: each after those that its condition asks for, else by name. */
export function declareRoles(
  scope: Scope,
  identities: ReadonlyMap<IdentityDeclaration, Identity>,
  diagnostics: Diagnostic[],
): Pick<Declared, 'roles' | 'lackingRoles'> {
  const declarations = scope.declarations.filter((one): one is RoleDeclaration => one.kind === 'RoleDeclaration').sort(byName)
  const roles = new Map<RoleDeclaration, Role>()
  const lackingRoles = new Set<Role>()
  for (const declaration of inOrder(declarations, scope, diagnostics)) {
    const file = scope.fileOf(declaration)
    const of = declaration.of.map((name) => scope.resolve(file, name, ['IdentityDeclaration']))
    const unique = [...new Set(of)].flatMap((one) => (one === null ? [] : [identities.get(one) as Identity]))
    const role: Role = {
      name: declaration.name.text,
      index: roles.size,
      identities: unique.sort((a, b) => a.index - b.index),
      condition: declaration.when,
    }
    roles.set(declaration, role)
    if (of.includes(null)) lackingRoles.add(role)
  }
  return { roles, lackingRoles }
}

function inOrder(declarations: readonly RoleDeclaration[], scope: Scope, diagnostics: Diagnostic[]): RoleDeclaration[] {
  return dependenciesFirst(
    declarations,
    (declaration) => neededBy(declaration, scope),
    (cycle) => {
      const names = cycle.map((one) => `\`${one.name.text}\``).join(' → ')
      diagnostics.push(report(roleCycle, (cycle[0] as RoleDeclaration).name.span, { cycle: names }))
    },
  )
}

function neededBy(declaration: RoleDeclaration, scope: Scope): RoleDeclaration[] {
  const needed: RoleDeclaration[] = []
  if (declaration.when === null) return needed
  walkExpressions(declaration.when, (expression) => {
    if (expression.kind !== 'Is') return
    const found = scope.find(scope.fileOf(declaration), expression.name.text)
    if (found?.kind === 'RoleDeclaration') needed.push(found)
  })
  return [...new Set(needed)].sort(byName)
}

export function checkRoles(scope: Scope, declared: Declared, tables: ExpressionTables, diagnostics: Diagnostic[]): void {
  for (const [declaration, role] of declared.roles) {
    if (declaration.when === null) continue
    checkBool(declaration.when, knowing(declared.lackingRoles.has(role) ? null : role.identities), {
      ...tables,
      file: scope.fileOf(declaration),
      scope,
      declared,
      diagnostics,
      check: checkExpression,
      place: 'role',
      params: null,
      reads: { headers: new Set(), caller: false },
      complaints: new Set(),
      used: new Set(),
    })
  }
}
