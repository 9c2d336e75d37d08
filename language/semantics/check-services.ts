/** Services and routes: hosts, methods, templates, labels, and that every request has one most specific route at most. */
import {
  ambiguousRoutes,
  badHost,
  badMethod,
  badTemplate,
  duplicateMethod,
  duplicateRoute,
  hostParams,
  paramTwice,
} from '../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { report } from '../diagnostics/report.ts'
import { nearest } from '../diagnostics/suggest.ts'
import type { LabelDeclaration, Name, RouteDeclaration, ServiceDeclaration } from '../syntax/ast.ts'
import { byName, compareText } from './by-name.ts'
import { parseHost } from './host-pattern.ts'
import type { HostPattern, Label, Param, Route, Segment, Service } from './model.ts'
import type { Scope } from './scope.ts'
import { isWithin, overlaps, parseTemplate } from './template.ts'

export interface Services {
  readonly services: readonly Service[]
  /** Sorted by `service.route`. */
  readonly routes: readonly Route[]
  readonly routeOf: ReadonlyMap<RouteDeclaration, Route>
}

type Draft = Omit<Route, 'index'> & { readonly declaration: RouteDeclaration }

export function checkServices(scope: Scope, labels: ReadonlyMap<LabelDeclaration, Label>, diagnostics: Diagnostic[]): Services {
  const declarations = scope.declarations
    .filter((one): one is ServiceDeclaration => one.kind === 'ServiceDeclaration')
    .sort(byName)
  const services: Service[] = []
  const drafts: Draft[] = []
  for (const declaration of declarations) {
    const service = { name: declaration.name.text, index: services.length, hosts: checkHosts(declaration, diagnostics) }
    services.push(service)
    const file = scope.fileOf(declaration)
    const labelsOf = (names: readonly Name[]): Label[] =>
      names.flatMap((name) => {
        const found = scope.resolve(file, name, ['LabelDeclaration'])
        return found === null ? [] : [labels.get(found) as Label]
      })
    const inherited = labelsOf(declaration.labels)
    const names = new Map<string, RouteDeclaration>()
    for (const route of declaration.routes) {
      const own = labelsOf(route.labels)
      const first = names.get(route.name.text)
      if (first !== undefined) {
        const related = [{ message: 'first declared here', span: first.name.span }]
        diagnostics.push(report(duplicateRoute, route.name.span, { route: route.name.text, service: service.name }, related))
        continue
      }
      names.set(route.name.text, route)
      const draft = checkRoute(route, service, [...inherited, ...own], diagnostics)
      if (draft !== null) drafts.push(draft)
    }
  }
  drafts.sort((a, b) => compareText(a.name, b.name))
  checkAmbiguity(drafts, diagnostics)
  const routes: Route[] = []
  const routeOf = new Map<RouteDeclaration, Route>()
  for (const { declaration, ...draft } of drafts) {
    const route = { ...draft, index: routes.length }
    routes.push(route)
    routeOf.set(declaration, route)
  }
  return { services, routes, routeOf }
}

function checkHosts(declaration: ServiceDeclaration, diagnostics: Diagnostic[]): HostPattern[] {
  const hosts: HostPattern[] = []
  for (const text of declaration.hosts) {
    const result = parseHost(text.value)
    if (result.ok) hosts.push(result.host)
    else diagnostics.push(report(badHost, text.span, { host: text.value, why: result.why }))
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
): Draft | null {
  const methods = checkMethods(declaration, diagnostics)
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
      diagnostics.push(report(duplicateMethod, node.span, { method }))
    } else {
      methods.add(method)
    }
  }
  if (any) return null
  if (methods.has('GET')) methods.add('HEAD')
  return [...methods].sort()
}

/** Two routes of one host that share a method must be nested, or differ in being explicit about it. */
function checkAmbiguity(drafts: readonly Draft[], diagnostics: Diagnostic[]): void {
  for (const [a, b] of pairsThatMayMeet(drafts)) {
    if (shareMethod(a, b) && shareHost(a.service, b.service)) compareRoutes(a, b, diagnostics)
  }
}

/**
 * Routes can only meet where their first segments do. Those that begin with a literal are compared among themselves and
 * with those that do not: the usual policy has many first literals, so that this is far from every pair.
 */
function* pairsThatMayMeet(drafts: readonly Draft[]): Iterable<readonly [Draft, Draft]> {
  const open: Draft[] = []
  const byLiteral = new Map<string, Draft[]>()
  for (const draft of drafts) {
    const first = draft.segments[0] as Segment
    const group = first.kind === 'literal' ? (byLiteral.get(first.text) ?? []) : open
    for (const other of group) yield [other, draft]
    group.push(draft)
    if (first.kind === 'literal') byLiteral.set(first.text, group)
  }
  for (const group of byLiteral.values()) for (const one of group) for (const other of open) yield [one, other]
}

function shareMethod(a: Draft, b: Draft): boolean {
  return a.methods === null || b.methods === null || a.methods.some((method) => b.methods?.includes(method))
}

/** A literal host beats a pattern, so only hosts of one spelling compete. */
function shareHost(a: Service, b: Service): boolean {
  return a === b || a.hosts.some((host) => b.hosts.some((other) => host.wildcard === other.wildcard && host.rest === other.rest))
}

function compareRoutes(a: Draft, b: Draft, diagnostics: Diagnostic[]): void {
  if (!overlaps(a.segments, b.segments)) return
  const [inside, outside] = [isWithin(a.segments, b.segments), isWithin(b.segments, a.segments)]
  if (inside !== outside) return
  // The same paths: the one that names the method beats the one for any.
  if (inside && (a.methods === null) !== (b.methods === null)) return
  const [first, second] = a.declaration.span.start <= b.declaration.span.start || a.service !== b.service ? [a, b] : [b, a]
  diagnostics.push(
    report(ambiguousRoutes, second.declaration.template.span, { a: first.name, b: second.name, same: inside }, [
      { message: 'the other one is declared here', span: first.declaration.template.span },
    ]),
  )
}
