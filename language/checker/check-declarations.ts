/** Checks the context of rules, invariants and tests: all other declarations. */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { DefDeclaration, LabelDeclaration, RoleDeclaration } from '../syntax/ast.ts'
import { byName } from './by-name.ts'
import { checkIdentities } from './callers/check-identities.ts'
import { checkRole, declareRoles } from './callers/check-roles.ts'
import { type CheckContext, everybodyIn } from './check-context.ts'
import type { CheckedDef } from './declared.ts'
import { checkData } from './definitions/check-data.ts'
import { checkDefinition, declareDef } from './definitions/check-defs.ts'
import { definitionsInOrder } from './definitions/in-order.ts'
import type { ExpressionTables } from './expressions/expression-context.ts'
import type { Def, Label, Model } from './model.ts'
import type { Results } from './results.ts'
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

interface Unchecked {
  readonly scope: Scope
  readonly documents: Documents
  readonly diagnostics: Diagnostic[]
  /** The tables to fill. */
  readonly tables: ExpressionTables
  readonly results: Results
}

export function checkDeclarations({ scope, documents, diagnostics, tables, results }: Unchecked): CheckedDeclarations {
  const resolver = createTypeResolver(scope, diagnostics, results)

  const identities = checkIdentities(scope, resolver, diagnostics, results)
  const data = checkData(scope, resolver, diagnostics, results)
  const labels = declareLabels(scope, results)
  const services = checkServices({ scope, labels, resolver, documents, diagnostics, results })

  const cycles = diagnostics.length
  const definitions = definitionsInOrder(scope, diagnostics)
  // A definition in a cycle is checked before one that it uses: none is the same as in another check.
  const cut = diagnostics.length > cycles ? {} : null
  const ofRoles = definitions.filter((one): one is RoleDeclaration => one.kind === 'RoleDeclaration')
  const { roles, lackingRoles } = declareRoles(ofRoles, scope, identities)
  const declared = { identities, data, roles, lackingRoles, defs: new Map<DefDeclaration, CheckedDef>() }
  const all = results.list('identities', [...identities.values()])
  const world: CheckContext = { scope, declared, identities: all, tables, diagnostics }
  const defs: Def[] = []
  for (const declaration of definitions) {
    if (declaration.kind === 'RoleDeclaration') {
      const draft = roles.get(declaration)
      if (draft === undefined) continue
      const role = results.of(
        declaration,
        () => checkRole(declaration, draft, world),
        () => [cut, lackingRoles.has(draft), ...draft.identities],
      )
      role.index = draft.index
      if (lackingRoles.has(draft)) lackingRoles.add(role)
      roles.set(declaration, role)
    } else {
      const checked = results.of(
        declaration,
        () => checkDefinition(declaration, declareDef(declaration, scope, resolver, diagnostics), world),
        () => [cut, everybodyIn(world)],
      )
      declared.defs.set(declaration, checked)
      defs.push(checked.def)
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

function declareLabels(scope: Scope, results: Results): Map<LabelDeclaration, Label> {
  const declarations = scope.declarations.filter((one): one is LabelDeclaration => one.kind === 'LabelDeclaration').sort(byName)
  return new Map(declarations.map((one) => [one, results.of(one, () => ({ name: one.name.text, doc: one.doc }))]))
}
