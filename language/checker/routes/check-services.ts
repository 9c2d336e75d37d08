/** Checks services: their hosts, labels, and declared and imported routes. */
import { badHost, duplicateRoute, hostParams, standsTwice, tooManyRoutes } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import type { Name, RouteDeclaration, ServiceDeclaration } from '../../syntax/ast.ts'
import { isClosed } from '../../syntax/match-text.ts'
import { byName, compareText } from '../by-name.ts'
import type { HostPattern, Label, Route, ServiceModel } from '../model.ts'
import type { Scope } from '../scope.ts'
import { checkAmbiguity } from './check-ambiguity.ts'
import { checkRoute } from './check-routes.ts'
import { parseHost } from './host-pattern.ts'
import { importRoutes } from './import-routes.ts'
import { type NamedRoutes, nameRoutes, type ServiceRoutes } from './named-routes.ts'
import type { RouteDraft, RouteWorld } from './route-world.ts'

export interface Services {
  readonly services: ReadonlyMap<ServiceDeclaration, ServiceModel>
  /** Routes of all services, sorted by `service.route`. */
  readonly routes: readonly Route[]
  readonly named: NamedRoutes
}

/** A service with its routes, whose indexes are set once all services are checked. */
interface ServiceDraft {
  readonly declaration: ServiceDeclaration
  readonly service: ServiceModel & { index: number }
  /** Routes by name; null if the route's template was reported as invalid. */
  readonly named: ReadonlyMap<string, RouteDraft | null>
  /** Whether all routes of the service are present, with the intended hosts. */
  readonly whole: boolean
  /** Whether some of its labels are unknown. */
  readonly labelsLacking: boolean
}

export function checkServices(world: RouteWorld): Services {
  const { scope, diagnostics, results } = world
  const declarations = scope.declarations
    .filter((one): one is ServiceDeclaration => one.kind === 'ServiceDeclaration')
    .sort(byName)
  const drafts = declarations.map((declaration, index) => {
    const draft = results.of(
      declaration,
      () => checkService(declaration, world),
      () => [hasBrokenRoutes(declaration, scope)],
    )
    draft.service.index = index
    return draft
  })
  const all = drafts.flatMap(({ named }) => [...named.values()].filter((draft) => draft !== null))
  all.sort((a, b) => compareText(a.name, b.name))
  checkCount(drafts, diagnostics)
  checkAmbiguity(all, diagnostics)
  for (const [index, route] of all.entries()) route.index = index
  const known = new Map(drafts.map((draft): [ServiceDeclaration, ServiceRoutes] => [draft.declaration, draft]))
  const labelsLacking = drafts.some((draft) => draft.labelsLacking)
  return {
    services: new Map(drafts.map(({ declaration, service }) => [declaration, service])),
    routes: all,
    named: nameRoutes(all, known, scope.lacking, labelsLacking, results),
  }
}

/** Maximum routes of a policy. Larger ones check, but compile to bundles that are longer than proxies accept. */
const ROUTE_LIMIT = 50_000

/** Reports the service whose routes exceed the limit of the policy. */
function checkCount(drafts: readonly ServiceDraft[], diagnostics: Diagnostic[]): void {
  let routes = 0
  for (const { declaration, named } of drafts) {
    routes += named.size
    if (routes <= ROUTE_LIMIT) continue
    const { name } = declaration
    diagnostics.push(report(tooManyRoutes, name.span, { service: name.text, routes, limit: ROUTE_LIMIT }))
    return
  }
}

/** Returns whether routes of a service were unreadable. */
function hasBrokenRoutes(declaration: ServiceDeclaration, scope: Scope): boolean {
  return scope.fileOf(declaration).brokenNames.some((name) => name.startsWith(`${declaration.name.text}.`))
}

function checkService(declaration: ServiceDeclaration, world: RouteWorld): ServiceDraft {
  const { scope, labels, diagnostics } = world
  const file = scope.fileOf(declaration)
  // An unclosed text swallows what follows it, including labels.
  let labelsLacking = declaration.routes.some(({ template }) => !isClosed(template))
  const labelsOf = (names: readonly Name[]): Label[] =>
    names.flatMap((name) => {
      const found = scope.resolve(file, name, ['LabelDeclaration'])
      if (found === null) labelsLacking = true
      return found === null ? [] : [labels.get(found) as Label]
    })
  const service = { name: declaration.name.text, index: -1, hosts: checkHosts(declaration, diagnostics) }
  const inherited = labelsOf(declaration.labels)
  const hostsLacking = service.hosts.length < declaration.hosts.length
  let whole = !hostsLacking && !hasBrokenRoutes(declaration, scope)
  const named = new Map<string, RouteDraft | null>()
  const places = new Map<string, RouteDeclaration['name']>()
  if (declaration.openapi !== null) {
    const imported = importRoutes(declaration, service, inherited, labelsOf, world)
    whole = whole && imported.whole
    for (const draft of imported.drafts) named.set(draft.name.slice(service.name.length + 1), hostsLacking ? null : draft)
  }
  for (const route of declaration.routes) {
    const own = labelsOf(route.labels)
    const { text, span } = route.name
    if (named.has(text)) {
      const first = places.get(text)?.span ?? declaration.openapi?.span ?? declaration.name.span
      const related = [{ message: 'first declared here', span: first }]
      diagnostics.push(report(duplicateRoute, span, { route: text, service: service.name }, related))
      named.set(text, null)
      whole = false
      continue
    }
    places.set(text, route.name)
    const draft = checkRoute(route, service, [...inherited, ...own], file, world)
    if (draft === null) whole = false
    named.set(text, hostsLacking ? null : draft)
  }
  return { declaration, service, named, whole, labelsLacking }
}

function checkHosts(declaration: ServiceDeclaration, diagnostics: Diagnostic[]): HostPattern[] {
  const hosts: HostPattern[] = []
  const written = new Set<string>()
  for (const text of declaration.hosts) {
    if (written.has(text.value)) diagnostics.push(report(standsTwice, text.span, { name: text.value }))
    written.add(text.value)
    const result = parseHost(text.value)
    if (result.ok) hosts.push(result.host)
    else if (isClosed(text)) {
      const { why, instead } = result
      const fixes = renameTo(instead === null ? null : JSON.stringify(instead), text.span)
      diagnostics.push(report(badHost, text.span, { host: text.value, why, instead }, [], fixes))
    }
  }
  if (new Set(hosts.map((host) => host.param)).size > 1) {
    diagnostics.push(report(hostParams, declaration.name.span, { service: declaration.name.text }))
  }
  return hosts
}
