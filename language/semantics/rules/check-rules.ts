/** Rules: on which routes, to whom, under which conditions. */
import { unknownCallerName, unknownRoute } from '../../diagnostics/catalogue/names.ts'
import { missingTo, noRoutes } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { File, Name, RuleDeclaration, Target } from '../../syntax/ast.ts'
import { byName } from '../by-name.ts'
import type { Declared } from '../declared.ts'
import { checkConjunction, checkExpression } from '../expressions/check-expression.ts'
import type { ExpressionTables } from '../expressions/expression-context.ts'
import { type CallerMember, knowing } from '../expressions/narrowing.ts'
import type { Identity, Principal, Route, Rule } from '../model.ts'
import type { Services } from '../routes/check-services.ts'
import type { Scope } from '../scope.ts'
import { type FieldShape, INT, type RecordShape, STRING, UNKNOWN } from '../types/type.ts'

export interface RuleWorld {
  readonly scope: Scope
  readonly declared: Declared
  readonly identities: readonly Identity[]
  readonly services: Services
  readonly tables: ExpressionTables
  readonly diagnostics: Diagnostic[]
}

/** Every rule, sorted by name. */
export function checkRules(world: RuleWorld): Rule[] {
  const declarations = world.scope.declarations.filter((one): one is RuleDeclaration => one.kind === 'RuleDeclaration')
  // Many rules are on the same label, and what its routes have in common is worked out once.
  const shapes = new Map<readonly Route[], RecordShape>()
  const params = (routes: readonly Route[]): RecordShape => {
    const shape = shapes.get(routes) ?? paramsOf(routes)
    shapes.set(routes, shape)
    return shape
  }
  return declarations.sort(byName).map((declaration) => checkRule(declaration, params, world))
}

function checkRule(declaration: RuleDeclaration, params: (routes: readonly Route[]) => RecordShape, world: RuleWorld): Rule {
  const file = world.scope.fileOf(declaration)
  const routes = routesOf(declaration, file, world)
  const to = principalsOf(declaration, file, world)
  const reads = { headers: new Set<string>(), caller: false }
  const conjuncts = declaration.conditions.map(({ expression, unless }) => ({ expression, negated: unless }))
  checkConjunction(conjuncts, knowing(to === null ? null : callersOf(to, world)), {
    ...world.tables,
    file,
    scope: world.scope,
    declared: world.declared,
    diagnostics: world.diagnostics,
    check: checkExpression,
    place: 'rule',
    params: routes === null ? null : params(routes),
    reads,
    complaints: new Set(),
    used: new Set(),
  })
  return {
    name: declaration.name.text,
    effect: declaration.effect,
    routes: routes ?? [],
    to: to ?? [],
    conditions: declaration.conditions.map(({ unless, expression }) => ({ unless, expression })),
    because: declaration.because?.value ?? null,
    // `to R` says what `when caller is R` says, so it reads the caller as much.
    personal: declaration.effect === 'forbid' && (reads.caller || !(to ?? []).some(({ kind }) => kind === 'anyone')),
    headers: [...reads.headers].sort(),
    doc: declaration.doc,
    declaration,
  }
}

/** The routes of a rule, or null where a mistake that was reported keeps them from being known. */
function routesOf(declaration: RuleDeclaration, file: File, world: RuleWorld): readonly Route[] | null {
  const on = targetsOf(declaration.on, file, world)
  const except = targetsOf(declaration.except, file, world)
  if (on === null || except === null) return null
  const taken = new Set(except)
  const routes = taken.size === 0 ? on : on.filter((route) => !taken.has(route))
  if (routes.length > 0) return routes
  world.diagnostics.push(report(noRoutes, declaration.name.span, { rule: declaration.name.text }))
  return null
}

/** Sorted by index. */
function targetsOf(targets: readonly Target[], file: File, world: RuleWorld): readonly Route[] | null {
  const each = targets.map((target) => targetRoutes(target, file, world))
  const known = each.filter((routes) => routes !== null)
  if (known.length < each.length) return null
  return known.length === 1 ? (known[0] as readonly Route[]) : [...new Set(known.flat())].sort((a, b) => a.index - b.index)
}

function targetRoutes(target: Target, file: File, { scope, services, diagnostics }: RuleWorld): readonly Route[] | null {
  switch (target.kind) {
    case 'AllTarget':
      return services.named.all
    case 'LabelTarget': {
      const found = scope.resolve(file, target.label, ['LabelDeclaration'])
      return found === null ? null : services.named.label(found)
    }
    case 'ServiceTarget': {
      const found = scope.resolve(file, target.service, ['ServiceDeclaration'])
      return found === null ? null : services.named.service(found)
    }
    case 'RouteTarget': {
      const found = scope.resolve(file, target.service, ['ServiceDeclaration'])
      if (found === null) return null
      const route = found.routes.find((one) => one.name.text === target.route.text)
      if (route !== undefined) return services.named.route(route)
      if (scope.isBroken(scope.fileOf(found), `${found.name.text}.${target.route.text}`)) return null
      if (found.routes.length === 0 && services.named.service(found) === null) return null
      const known = found.routes.map((one) => one.name.text)
      const names = { service: found.name.text, route: target.route.text, suggestion: nearest(target.route.text, known) }
      const related = [{ message: 'the service is declared here', span: found.name.span }]
      diagnostics.push(report(unknownRoute, target.route.span, names, related))
      return null
    }
  }
}

/** Whom a rule is `to`, or null where a mistake that was reported keeps it from being known. */
function principalsOf(declaration: RuleDeclaration, file: File, world: RuleWorld): Principal[] | null {
  if (declaration.to === null) {
    if (declaration.effect === 'forbid') return [{ kind: 'anyone' }]
    world.diagnostics.push(report(missingTo, declaration.name.span, { rule: declaration.name.text }))
    return null
  }
  const each = declaration.to.map((name) => principalNamed(name, file, world))
  const known = each.filter((one) => one !== null)
  return known.length < each.length ? null : known
}

function principalNamed(name: Name, file: File, { scope, declared, diagnostics }: RuleWorld): Principal | null {
  if (name.text === 'anyone' || name.text === 'anonymous' || name.text === 'authenticated') return { kind: name.text }
  const found = scope.find(file, name.text)
  const role = found?.kind === 'RoleDeclaration' ? declared.roles.get(found) : undefined
  if (role !== undefined) return { kind: 'role', role }
  const identity = found?.kind === 'IdentityDeclaration' ? declared.identities.get(found) : undefined
  if (identity !== undefined) return { kind: 'identity', identity }
  if (scope.isBroken(file, name.text)) return null
  const words = ['anyone', 'anonymous', 'authenticated']
  const suggestion = scope.nearest(file, name.text, ['RoleDeclaration', 'IdentityDeclaration'], words)
  diagnostics.push(report(unknownCallerName, name.span, { name: name.text, suggestion, known: found !== null }))
  return null
}

/** Who can be the caller where a rule's `to` fits, or null where some of them are not known. */
function callersOf(to: readonly Principal[], { identities, declared, scope }: RuleWorld): Set<CallerMember> | null {
  const callers = new Set<CallerMember>()
  for (const principal of to) {
    switch (principal.kind) {
      case 'identity':
        callers.add(principal.identity)
        break
      case 'role':
        if (declared.lackingRoles.has(principal.role)) return null
        for (const identity of principal.role.identities) callers.add(identity)
        break
      case 'anonymous':
        callers.add('anonymous')
        break
      case 'anyone':
      case 'authenticated':
        if (scope.lacking) return null
        if (principal.kind === 'anyone') callers.add('anonymous')
        for (const identity of identities) callers.add(identity)
    }
  }
  return callers
}

/**
 * The parameters as a rule on several routes reads them: optional where some of the routes lack one, and of type `unknown`
 * where they disagree, which is reported only where it is read.
 */
function paramsOf(routes: readonly Route[]): RecordShape {
  const fields = new Map<string, FieldShape>()
  const counts = new Map<string, number>()
  for (const route of routes) {
    for (const { name, type } of route.params) {
      const shape = type === 'int' ? INT : STRING
      const known = fields.get(name)
      counts.set(name, (counts.get(name) ?? 0) + 1)
      fields.set(name, {
        type: known === undefined || known.type.kind === shape.kind ? shape : UNKNOWN,
        optional: false,
        path: [name],
      })
    }
  }
  for (const [name, field] of fields) fields.set(name, { ...field, optional: counts.get(name) !== routes.length })
  return { kind: 'record', fields, open: false }
}
