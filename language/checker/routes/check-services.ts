/** Checks services: their hosts, labels, and declared and imported routes. */
import { badHost, duplicateRoute, hostParams, standsTwice, tooManyRoutes } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import type { Name, RouteDeclaration, ServiceDeclaration } from '../../syntax/ast.ts'
import { isClosed } from '../../syntax/match-text.ts'
import { byName, compareText } from '../by-name.ts'
import type { HostPattern, Label, Route, ServiceModel } from '../model.ts'
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

/** A service with its routes, which have no index yet. */
interface ServiceDraft {
  readonly declaration: ServiceDeclaration
  readonly service: ServiceModel
  readonly named: ReadonlyMap<string, RouteDraft | null>
  readonly whole: boolean
}

export function checkServices(world: RouteWorld): Services {
  const { scope, labels, diagnostics } = world
  const declarations = scope.declarations
    .filter((one): one is ServiceDeclaration => one.kind === 'ServiceDeclaration')
    .sort(byName)
  let labelsLacking = false
  const drafts = declarations.map((declaration, index) => {
    const file = scope.fileOf(declaration)
    const labelsOf = (names: readonly Name[]): Label[] =>
      names.flatMap((name) => {
        const found = scope.resolve(file, name, ['LabelDeclaration'])
        if (found === null) labelsLacking = true
        return found === null ? [] : [labels.get(found) as Label]
      })
    // An unclosed text swallows what follows it, including labels.
    if (declaration.routes.some(({ template }) => !isClosed(template))) labelsLacking = true
    return checkService(declaration, index, labelsOf, world)
  })
  const all = drafts.flatMap(({ named }) => [...named.values()].filter((draft) => draft !== null))
  all.sort((a, b) => compareText(a.name, b.name))
  checkCount(drafts, diagnostics)
  checkAmbiguity(all, diagnostics)
  const routes = all.map((draft, index): Route => ({ ...draft, index }))
  const routeOf = new Map(all.map((draft, index) => [draft, routes[index] as Route]))
  const known = new Map(
    drafts.map(({ declaration, named, whole }): [ServiceDeclaration, ServiceRoutes] => [
      declaration,
      {
        named: new Map([...named].map(([name, draft]) => [name, draft === null ? null : (routeOf.get(draft) as Route)])),
        whole,
      },
    ]),
  )
  return {
    services: new Map(drafts.map(({ declaration, service }) => [declaration, service])),
    routes,
    named: nameRoutes(routes, known, scope.lacking, labelsLacking),
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

function checkService(
  declaration: ServiceDeclaration,
  index: number,
  labelsOf: (names: readonly Name[]) => readonly Label[],
  world: RouteWorld,
): ServiceDraft {
  const { scope, diagnostics } = world
  const file = scope.fileOf(declaration)
  const service = { name: declaration.name.text, index, hosts: checkHosts(declaration, diagnostics) }
  const inherited = labelsOf(declaration.labels)
  const hostsLacking = service.hosts.length < declaration.hosts.length
  let whole = !hostsLacking && !file.brokenNames.some((name) => name.startsWith(`${service.name}.`))
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
  return { declaration, service, named, whole }
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
