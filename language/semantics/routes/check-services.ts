/** Services and routes: hosts, methods, templates, labels, and which routes the targets of rules name. */
import {
  badHost,
  badMethod,
  badTemplate,
  duplicateRoute,
  hostParams,
  paramTwice,
  standsTwice,
} from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import type { LabelDeclaration, Name, RouteDeclaration, ServiceDeclaration } from '../../syntax/ast.ts'
import { byName, compareText } from '../by-name.ts'
import { isClosed } from '../is-closed.ts'
import type { HostPattern, Label, Param, Route, Service } from '../model.ts'
import type { Scope } from '../scope.ts'
import { checkAmbiguity, type RouteDraft } from './check-ambiguity.ts'
import { parseHost } from './host-pattern.ts'
import { parseTemplate } from './template.ts'

export interface Services {
  readonly services: readonly Service[]
  /** Sorted by `service.route`. */
  readonly routes: readonly Route[]
  /** What a target of a rule names, sorted by index. Null where a mistake that was reported keeps it from being known. */
  readonly named: {
    readonly all: readonly Route[] | null
    label(label: LabelDeclaration): readonly Route[] | null
    service(service: ServiceDeclaration): readonly Route[] | null
    route(route: RouteDeclaration): readonly Route[] | null
  }
}

export function checkServices(scope: Scope, labels: ReadonlyMap<LabelDeclaration, Label>, diagnostics: Diagnostic[]): Services {
  const declarations = scope.declarations
    .filter((one): one is ServiceDeclaration => one.kind === 'ServiceDeclaration')
    .sort(byName)
  const services: Service[] = []
  const drafts: RouteDraft[] = []
  /** Services and routes of which something is not known. */
  const lacking = new Set<ServiceDeclaration | RouteDeclaration>()
  let labelsLacking = false
  for (const declaration of declarations) {
    const service = { name: declaration.name.text, index: services.length, hosts: checkHosts(declaration, diagnostics) }
    services.push(service)
    const file = scope.fileOf(declaration)
    const labelsOf = (names: readonly Name[]): Label[] =>
      names.flatMap((name) => {
        const found = scope.resolve(file, name, ['LabelDeclaration'])
        if (found === null) labelsLacking = true
        return found === null ? [] : [labels.get(found) as Label]
      })
    const inherited = labelsOf(declaration.labels)
    const hostsLacking = service.hosts.length < declaration.hosts.length
    if (hostsLacking || file.brokenNames.some((name) => name.startsWith(`${service.name}.`))) lacking.add(declaration)
    const names = new Map<string, RouteDeclaration>()
    for (const route of declaration.routes) {
      const own = labelsOf(route.labels)
      const first = names.get(route.name.text)
      if (first !== undefined) {
        const related = [{ message: 'first declared here', span: first.name.span }]
        diagnostics.push(report(duplicateRoute, route.name.span, { route: route.name.text, service: service.name }, related))
        lacking.add(declaration).add(first)
        continue
      }
      names.set(route.name.text, route)
      const draft = checkRoute(route, service, [...inherited, ...own], diagnostics)
      if (draft !== null) drafts.push(draft)
      else lacking.add(declaration)
      if (!isClosed(route.template)) labelsLacking = true
      if (draft === null || hostsLacking) lacking.add(route)
    }
  }
  drafts.sort((a, b) => compareText(a.name, b.name))
  checkAmbiguity(drafts, diagnostics)
  const routes = drafts.map(({ declaration, ...draft }, index): Route => ({ ...draft, index }))
  const all = scope.lacking || lacking.size > 0 ? null : routes
  const named = nameRoutes(drafts, routes)
  return {
    services,
    routes,
    named: {
      all,
      label: (label) => (all === null || labelsLacking ? null : (named.labels.get(label.name.text) ?? [])),
      service: (service) => (lacking.has(service) ? null : service.routes.flatMap((route) => named.routes.get(route) ?? [])),
      route: (route) => (lacking.has(route) ? null : (named.routes.get(route) ?? [])),
    },
  }
}

interface NamedRoutes {
  readonly routes: ReadonlyMap<RouteDeclaration, readonly Route[]>
  readonly labels: ReadonlyMap<string, readonly Route[]>
}

function nameRoutes(drafts: readonly RouteDraft[], routes: readonly Route[]): NamedRoutes {
  const labels = new Map<string, Route[]>()
  for (const route of routes)
    for (const { name } of route.labels) {
      const carrying = labels.get(name)
      if (carrying === undefined) labels.set(name, [route])
      else carrying.push(route)
    }
  return { routes: new Map(drafts.map(({ declaration }, at) => [declaration, [routes[at] as Route]])), labels }
}

function checkHosts(declaration: ServiceDeclaration, diagnostics: Diagnostic[]): HostPattern[] {
  const hosts: HostPattern[] = []
  const written = new Set<string>()
  for (const text of declaration.hosts) {
    if (written.has(text.value)) diagnostics.push(report(standsTwice, text.span, { name: text.value }))
    written.add(text.value)
    const result = parseHost(text.value)
    if (result.ok) hosts.push(result.host)
    else if (isClosed(text)) diagnostics.push(report(badHost, text.span, { host: text.value, why: result.why }))
  }
  if (new Set(hosts.map((host) => host.param)).size > 1) {
    diagnostics.push(report(hostParams, declaration.name.span, { service: declaration.name.text }))
  }
  return hosts
}

function checkRoute(
  declaration: RouteDeclaration,
  service: Service,
  labels: readonly Label[],
  diagnostics: Diagnostic[],
): RouteDraft | null {
  const methods = checkMethods(declaration, diagnostics)
  if (!isClosed(declaration.template)) return null
  const result = parseTemplate(declaration.template.value)
  if (!result.ok) {
    diagnostics.push(report(badTemplate, declaration.template.span, { template: declaration.template.value, why: result.why }))
    return null
  }
  const hostParam = service.hosts[0]?.param ?? null
  const params: Param[] = hostParam === null ? [] : [{ name: hostParam, type: 'string' }]
  for (const segment of result.segments) {
    if (segment.kind === 'literal') continue
    if (segment.name === hostParam) {
      diagnostics.push(report(paramTwice, declaration.template.span, { name: segment.name }))
      return null
    }
    params.push({ name: segment.name, type: segment.kind === 'rest' ? 'string' : segment.type })
  }
  return {
    name: `${service.name}.${declaration.name.text}`,
    service,
    methods,
    template: declaration.template.value,
    segments: result.segments,
    params,
    labels: [...new Set(labels)].sort((a, b) => compareText(a.name, b.name)),
    declaration,
  }
}

/** Written without quotes, so that a mistyped one is not a method of its own. */
const COMMON_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Never let through by the proxy, so never a route's. */
const REFUSED_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK'])

function checkMethods(declaration: RouteDeclaration, diagnostics: Diagnostic[]): string[] | null {
  const methods = new Set<string>()
  let any = false
  for (const node of declaration.methods) {
    const method = node.kind === 'Name' ? node.text : node.value
    if (node.kind === 'Name' && method === 'ANY') {
      any = true
      if (declaration.methods.length > 1)
        diagnostics.push(report(badMethod, node.span, { method, why: 'it stands for all of them' }))
    } else if (REFUSED_METHODS.has(method)) {
      diagnostics.push(report(badMethod, node.span, { method, why: 'the proxy refuses it in every request' }))
    } else if (node.kind === 'Name' && !COMMON_METHODS.includes(method)) {
      const near = nearest(method, COMMON_METHODS)
      const why =
        near === null
          ? `methods other than ${COMMON_METHODS.join(' ')} are quoted`
          : `did you mean \`${near}\`? Others than the usual ones are quoted`
      diagnostics.push(report(badMethod, node.span, { method, why }))
    } else if (!/^[A-Z]+(-[A-Z]+)*$/.test(method)) {
      diagnostics.push(report(badMethod, node.span, { method, why: 'methods are upper-case letters and `-`' }))
    } else if (methods.has(method)) {
      diagnostics.push(report(standsTwice, node.span, { name: method }))
    } else {
      methods.add(method)
    }
  }
  if (any) return null
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods].sort()
}
