/** Checks the routes that a service declares itself. */
import { badTemplate, paramTwice } from '../../diagnostics/catalogue/policy.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import type { Span } from '../../source.ts'
import type { File, RouteDeclaration } from '../../syntax/ast.ts'
import { isClosed } from '../../syntax/match-text.ts'
import { compareText } from '../by-name.ts'
import { deprecationOf } from '../definitions/check-annotations.ts'
import type { Label, Param, Segment, ServiceModel } from '../model.ts'
import { checkBody } from './check-body.ts'
import { checkMethods } from './check-methods.ts'
import { checkQuery } from './check-query.ts'
import { checkRpc } from './check-rpc.ts'
import { foreignTemplate } from './foreign-template.ts'
import type { RouteDraft, RouteWorld } from './route-world.ts'
import { parseTemplate } from './template.ts'

/** Checks a route declaration and reports its errors. Returns the checked route, or null if its path template is invalid. */
export function checkRoute(
  declaration: RouteDeclaration,
  service: ServiceModel,
  labels: readonly Label[],
  file: File,
  world: RouteWorld,
): RouteDraft | null {
  const { diagnostics } = world
  const { name, rpc, template, query, body } = declaration
  const methods = rpc ? ['POST'] : checkMethods(declaration.methods, diagnostics)
  const keys = query === null ? null : checkQuery(query, file, world.resolver, diagnostics)
  const promised = body === null ? null : checkBody(body, file, world)
  if (!isClosed(template)) return null
  const paths = rpc ? checkRpc(template, diagnostics) : checkTemplate(declaration, diagnostics)
  const params = paths === null ? null : paramsOf(service, paths.segments, template.span, diagnostics)
  if (paths === null || params === null) return null
  return {
    name: `${service.name}.${name.text}`,
    index: -1,
    service,
    methods,
    ...paths,
    params,
    labels: sortedLabels(labels),
    rpc,
    query: keys === null || keys.size === 0 ? null : keys,
    body: promised,
    deprecated: deprecationOf(declaration),
    place: template.span,
  }
}

function checkTemplate({ template: { value, span } }: RouteDeclaration, diagnostics: Diagnostic[]) {
  const result = parseTemplate(value)
  const foreign = foreignTemplate(value)
  if (result.ok && foreign === null) return { template: value, segments: result.segments }
  const why = foreign?.why ?? (result.ok ? '' : result.why)
  const instead = foreign?.instead ?? null
  // A person decides whether more paths may match.
  const fixes = instead === null || foreign?.isWider ? [] : renameTo(JSON.stringify(instead), span)
  diagnostics.push(report(badTemplate, span, { template: value, why, instead }, [], fixes))
  return null
}

/** Returns the host's parameters, then the template's. */
export function paramsOf(
  service: ServiceModel,
  segments: readonly Segment[],
  place: Span,
  diagnostics: Diagnostic[],
): Param[] | null {
  const hostParam = service.hosts[0]?.param ?? null
  const params: Param[] = hostParam === null ? [] : [{ name: hostParam, type: 'string' }]
  for (const segment of segments) {
    if (segment.kind === 'literal') continue
    if (segment.name === hostParam) {
      diagnostics.push(report(paramTwice, place, { name: segment.name }))
      return null
    }
    params.push({ name: segment.name, type: segment.kind === 'rest' ? 'string' : segment.type })
  }
  return params
}

export function sortedLabels(labels: readonly Label[]): Label[] {
  return [...new Set(labels)].sort((a, b) => compareText(a.name, b.name))
}
