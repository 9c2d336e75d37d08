/** Checks the context of rules, invariants and tests: all other declarations. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { DefDeclaration, LabelDeclaration, RoleDeclaration } from '../syntax/ast.ts'
import { byName } from './by-name.ts'
import { checkIdentities } from './callers/check-identities.ts'
import { checkRole, declareRoles } from './callers/check-roles.ts'
import type { CheckContext } from './check-context.ts'
import type { CheckedDef } from './declared.ts'
import { checkData } from './definitions/check-data.ts'
import { checkDefinition, declareDef } from './definitions/check-defs.ts'
import { definitionsInOrder } from './definitions/in-order.ts'
import type { ExpressionTables } from './expressions/expression-context.ts'
import type { Def, Label, Model } from './model.ts'
import { checkServices } from './routes/check-services.ts'
import type { NamedRoutes } from './routes/named-routes.ts'
import type { Documents } from './routes/route-world.ts'
import type { Scope } from './scope.ts'
import { createTypeResolver } from './types/resolve-type.ts'

export interface CheckedDeclarations extends Pick<CheckContext, 'declared' | 'identities' | 'tables'> {
  readonly named: NamedRoutes
  /**
   * The part of the model without rules, invariants and tests. Its lists are the same objects in each check while no such
   * declaration changes.
   */
  readonly model: Pick<Model, 'identities' | 'roles' | 'labels' | 'data' | 'defs' | 'services' | 'routes'>
}

export function checkDeclarations(scope: Scope, documents: Documents, diagnostics: Diagnostic[]): CheckedDeclarations {
  const resolver = createTypeResolver(scope, diagnostics)
  const tables: ExpressionTables = { types: new Map(), references: new Map(), guards: new Map(), watch: null }

  const identities = checkIdentities(scope, resolver, diagnostics)
  const data = checkData(scope, resolver, diagnostics)
  const labels = declareLabels(scope)
  const services = checkServices({ scope, labels, resolver, documents, diagnostics })

  const definitions = definitionsInOrder(scope, diagnostics)
  const ofRoles = definitions.filter((one): one is RoleDeclaration => one.kind === 'RoleDeclaration')
  const { roles, lackingRoles } = declareRoles(ofRoles, scope, identities)
  const declared = { identities, data, roles, lackingRoles, defs: new Map<DefDeclaration, CheckedDef>() }
  const world: CheckContext = { scope, declared, identities: [...identities.values()], tables, diagnostics }
  const defs: Def[] = []
  for (const declaration of definitions) {
    if (declaration.kind === 'RoleDeclaration') {
      const role = roles.get(declaration)
      if (role !== undefined) checkRole(declaration, role, world)
    } else {
      const def = declareDef(declaration, scope, resolver, diagnostics)
      defs.push(def)
      checkDefinition(declaration, def, world)
    }
  }
  return {
    declared,
    identities: world.identities,
    tables,
    named: services.named,
    model: {
      identities: world.identities,
      roles: [...roles.values()],
      labels: [...labels.values()],
      data: [...data.values()],
      defs,
      services: [...services.services.values()],
      routes: services.routes,
    },
  }
}

function declareLabels(scope: Scope): Map<LabelDeclaration, Label> {
  const declarations = scope.declarations.filter((one): one is LabelDeclaration => one.kind === 'LabelDeclaration').sort(byName)
  return new Map(declarations.map((one) => [one, { name: one.name.text, doc: one.doc }]))
}
