/**
 * Files → the checked model. Names first, then what they declare in the order in which one needs the other: types, identities,
 * data, services, roles and defs, rules, invariants, tests. Every phase reports what it finds and goes on.
 */
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import type { DefDeclaration, File, LabelDeclaration, RoleDeclaration } from '../syntax/ast.ts'
import { byName, compareText } from './by-name.ts'
import { checkIdentities } from './callers/check-identities.ts'
import { checkRole, declareRoles } from './callers/check-roles.ts'
import type { CheckedDef } from './declared.ts'
import { checkAnnotations } from './definitions/check-annotations.ts'
import { checkData } from './definitions/check-data.ts'
import { checkDefinition, declareDef } from './definitions/check-defs.ts'
import { checkDeprecated } from './definitions/check-deprecated.ts'
import { definitionsInOrder } from './definitions/in-order.ts'
import type { ExpressionTables } from './expressions/expression-context.ts'
import type { Def, Label, Model } from './model.ts'
import { checkServices } from './routes/check-services.ts'
import type { Documents } from './routes/route-world.ts'
import { checkInvariants } from './rules/check-invariants.ts'
import { checkRules } from './rules/check-rules.ts'
import { checkHeaderConflicts } from './rules/header-conflicts.ts'
import { createSharedRoots } from './rules/shared-roots.ts'
import { createTargets } from './rules/targets.ts'
import { buildScope, type Scope } from './scope.ts'
import { checkTests } from './tests/check-tests.ts'
import { createTypeResolver } from './types/resolve-type.ts'
import type { World } from './world.ts'

/**
 * @param importedFile the file that an import names, or null where that was already reported
 * @param documents what the files name besides
 * @returns a model that is complete where no error was reported, here or by the parser; else it is not to be used. Its sources
 *   are those of the files.
 */
export function check(
  files: readonly File[],
  importedFile: (file: File, from: string) => File | null,
  documents: Documents,
): { readonly model: Model; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const sorted = [...files].sort((a, b) => compareText(a.span.source.name, b.span.source.name))
  const scope = buildScope(sorted, importedFile, diagnostics)
  const renamings = checkAnnotations(scope, diagnostics)
  const resolver = createTypeResolver(scope, diagnostics)
  const tables: ExpressionTables = { types: new Map(), references: new Map(), guards: new Map() }

  const identities = checkIdentities(scope, resolver, diagnostics)
  const data = checkData(scope, resolver, diagnostics)
  const labels = declareLabels(scope)
  const services = checkServices({ scope, labels, resolver, documents, diagnostics })

  const definitions = definitionsInOrder(scope, diagnostics)
  const ofRoles = definitions.filter((one): one is RoleDeclaration => one.kind === 'RoleDeclaration')
  const { roles, lackingRoles } = declareRoles(ofRoles, scope, identities)
  const declared = { identities, data, roles, lackingRoles, defs: new Map<DefDeclaration, CheckedDef>() }
  const world: World = { scope, declared, identities: [...identities.values()], tables, diagnostics }
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

  const targets = createTargets(scope, services.named, diagnostics)
  const ruleWorld = { ...world, targets, rootsOf: createSharedRoots() }
  const rules = checkRules(ruleWorld)
  checkHeaderConflicts(rules, diagnostics)
  const invariants = checkInvariants(ruleWorld)
  const tests = checkTests({ scope, identities, data, diagnostics }, rules, renamings)
  checkDeprecated(scope, diagnostics)

  const model: Model = {
    sources: sorted.map((file) => file.span.source),
    identities: world.identities,
    roles: [...roles.values()],
    labels: [...labels.values()],
    data: [...data.values()],
    defs,
    services: [...services.services.values()],
    routes: services.routes,
    rules,
    invariants,
    tests,
    typeOf: (expression) => known(tables.types.get(expression)),
    referenceOf: (expression) => known(tables.references.get(expression)),
    guardsOf: (operand) => tables.guards.get(operand) ?? [],
  }
  return { model, diagnostics }
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the model is asked for an expression that was not checked')
  return value
}

function declareLabels(scope: Scope): Map<LabelDeclaration, Label> {
  const declarations = scope.declarations.filter((one): one is LabelDeclaration => one.kind === 'LabelDeclaration').sort(byName)
  return new Map(declarations.map((one) => [one, { name: one.name.text, doc: one.doc }]))
}
