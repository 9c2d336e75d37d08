/** Rules: on which routes, to whom, under which conditions. */
import { unknownCallerName, unknownRoute } from '../diagnostics/catalogue/names.ts'
import { missingTo, noRoutes } from '../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import { nearest } from '../diagnostics/suggest.ts'
import type { File, Name, RuleDeclaration, Target } from '../syntax/ast.ts'
import { byName } from './by-name.ts'
import { checkConjunction, checkExpression } from './check-expression.ts'
import type { Services } from './check-services.ts'
import type { Declared } from './declared.ts'
import type { ExpressionTables } from './expression-context.ts'
import type { Identity, Label, Principal, Route, Rule } from './model.ts'
import { type CallerMember, knowing } from './narrowing.ts'
import type { Scope } from './scope.ts'
import { type FieldShape, INT, type RecordShape, STRING, UNKNOWN } from './type.ts'

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
  return declarations.sort(byName).map((declaration) => checkRule(declaration, world))
}

function checkRule(declaration: RuleDeclaration, world: RuleWorld): Rule {
  const file = world.scope.fileOf(declaration)
  const { routes, complete } = routesOf(declaration, file, world)
  const { to, broken } = principalsOf(declaration, file, world)
  const reads = { headers: new Set<string>(), caller: false }
  const conjuncts = declaration.conditions.map(({ expression, unless }) => ({ expression, negated: unless }))
  checkConjunction(conjuncts, knowing(callersOf(to, world.identities)), {
    ...world.tables,
    file,
    scope: world.scope,
    declared: world.declared,
    diagnostics: world.diagnostics,
    check: checkExpression,
    place: 'rule',
    callerBroken: broken,
    params: complete ? paramsOf(routes) : null,
    reads,
    used: new Set(),
  })
  return {
    name: declaration.name.text,
    effect: declaration.effect,
    routes,
    to,
    conditions: declaration.conditions.map(({ unless, expression }) => ({ unless, expression })),
    because: declaration.because?.value ?? null,
    // `to R` says what `when caller is R` says, so it reads the caller as much.
    personal: declaration.effect === 'forbid' && (reads.caller || !to.some(({ kind }) => kind === 'anyone')),
    headers: [...reads.headers].sort(),
    doc: declaration.doc,
    declaration,
  }
}

function routesOf(declaration: RuleDeclaration, file: File, world: RuleWorld): { routes: Route[]; complete: boolean } {
  const before = world.diagnostics.length
  const on = new Set(declaration.on.flatMap((target) => targetRoutes(target, file, world)))
  const except = new Set(declaration.except.flatMap((target) => targetRoutes(target, file, world)))
  const routes = [...on].filter((route) => !except.has(route)).sort((a, b) => a.index - b.index)
  const complete = world.diagnostics.length === before && world.services.routes.length > 0
  if (routes.length === 0 && complete)
    world.diagnostics.push(report(noRoutes, declaration.name.span, { rule: declaration.name.text }))
  return { routes, complete: complete && routes.length > 0 }
}

function targetRoutes(target: Target, file: File, world: RuleWorld): readonly Route[] {
  const { scope, services, diagnostics } = world
  switch (target.kind) {
    case 'AllTarget':
      return services.routes
    case 'LabelTarget': {
      const found = scope.resolve(file, target.label, ['LabelDeclaration'])
      return found === null ? [] : services.routes.filter((route) => hasLabel(route.labels, found.name.text))
    }
    case 'ServiceTarget': {
      const found = scope.resolve(file, target.service, ['ServiceDeclaration'])
      return found === null ? [] : found.routes.flatMap((route) => services.routeOf.get(route) ?? [])
    }
    case 'RouteTarget': {
      const found = scope.resolve(file, target.service, ['ServiceDeclaration'])
      if (found === null) return []
      const route = found.routes.find((one) => one.name.text === target.route.text)
      if (route !== undefined) return [services.routeOf.get(route) ?? []].flat()
      if (scope.isBroken(`${found.name.text}.${target.route.text}`)) return []
      const known = found.routes.map((one) => one.name.text)
      const names = { service: found.name.text, route: target.route.text, suggestion: nearest(target.route.text, known) }
      diagnostics.push(
        report(unknownRoute, target.route.span, names, [{ message: 'the service is declared here', span: found.name.span }]),
      )
      return []
    }
  }
}

function hasLabel(labels: readonly Label[], name: string): boolean {
  return labels.some((label) => label.name === name)
}

function principalsOf(declaration: RuleDeclaration, file: File, world: RuleWorld): { to: Principal[]; broken: boolean } {
  if (declaration.to === null) {
    const broken = declaration.effect === 'permit'
    if (broken) world.diagnostics.push(report(missingTo, declaration.name.span, { rule: declaration.name.text }))
    return { to: [{ kind: 'anyone' }], broken }
  }
  const found = declaration.to.map((name) => principalNamed(name, file, world))
  return { to: found.filter((one) => one !== null), broken: found.includes(null) }
}

function principalNamed(name: Name, file: File, { scope, declared, diagnostics }: RuleWorld): Principal | null {
  if (name.text === 'anyone' || name.text === 'anonymous' || name.text === 'authenticated') return { kind: name.text }
  const found = scope.find(file, name.text)
  const role = found?.kind === 'RoleDeclaration' ? declared.roles.get(found) : undefined
  if (role !== undefined) return { kind: 'role', role }
  const identity = found?.kind === 'IdentityDeclaration' ? declared.identities.get(found) : undefined
  if (identity !== undefined) return { kind: 'identity', identity }
  if (found === null && scope.isBroken(name.text)) return null
  const callers = scope.declarations.filter((one) => one.kind === 'RoleDeclaration' || one.kind === 'IdentityDeclaration')
  const known = callers.map((one) => one.name.text).filter((text) => scope.find(file, text) !== null)
  const suggestion = nearest(name.text, [...known, 'anyone', 'anonymous', 'authenticated'])
  diagnostics.push(report(unknownCallerName, name.span, { name: name.text, suggestion, known: found !== null }))
  return null
}

/** Who can be the caller where a rule's `to` fits. */
function callersOf(to: readonly Principal[], identities: readonly Identity[]): Set<CallerMember> {
  const callers = new Set<CallerMember>()
  for (const principal of to) {
    if (principal.kind === 'identity') callers.add(principal.identity)
    if (principal.kind === 'role') for (const identity of principal.role.identities) callers.add(identity)
    if (principal.kind === 'anonymous' || principal.kind === 'anyone') callers.add('anonymous')
    if (principal.kind === 'authenticated' || principal.kind === 'anyone')
      for (const identity of identities) callers.add(identity)
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
