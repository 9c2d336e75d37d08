/** Imports a service's routes from an OpenAPI document. */
import { unknownOperation } from '../../diagnostics/catalogue/names.ts'
import { duplicateRoute, standsTwice } from '../../diagnostics/catalogue/policy.ts'
import { renameTo, report } from '../../diagnostics/report.ts'
import { nearest } from '../../diagnostics/suggest.ts'
import { type ImportedOperation, readOpenapi } from '../../schema/openapi/read-openapi.ts'
import type { File, Name, OperationDeclaration, ServiceDeclaration, Text } from '../../syntax/ast.ts'
import { deprecationOf } from '../definitions/check-annotations.ts'
import type { Label, ServiceModel } from '../model.ts'
import { paramsOf, sortedLabels } from './check-routes.ts'
import type { RouteDraft, RouteWorld } from './route-world.ts'

export interface ImportedRoutes {
  readonly drafts: readonly RouteDraft[]
  /** Whether the document had no mistakes, so that all of its routes are present. */
  readonly whole: boolean
}

/**
 * Returns the routes that a service imports from an OpenAPI document.
 *
 * @param inherited the service's labels
 */
export function importRoutes(
  declaration: ServiceDeclaration,
  service: ServiceModel,
  inherited: readonly Label[],
  labelsOf: (names: readonly Name[]) => readonly Label[],
  world: RouteWorld,
): ImportedRoutes {
  const { diagnostics } = world
  const file: File = world.scope.fileOf(declaration)
  const from = declaration.openapi as Text
  const before = diagnostics.length
  const document = world.documents.named(file, from)
  const operations = document === null ? null : readOpenapi(document, diagnostics)
  const failed = operations === null || diagnostics.slice(before).some((one) => one.severity === 'error')
  const said = new Map<string, OperationDeclaration>()
  for (const one of declaration.operations) {
    const { text, span } = one.name
    if (said.has(text)) diagnostics.push(report(standsTwice, span, { name: text }))
    said.set(text, one)
  }
  const names = new Map<string, ImportedOperation>()
  const drafts = (operations ?? []).flatMap((operation): RouteDraft[] => {
    const first = names.get(operation.name)
    if (first !== undefined) {
      const related = [{ message: 'first declared here', span: first.place }]
      diagnostics.push(report(duplicateRoute, operation.place, { route: operation.name, service: service.name }, related))
      return []
    }
    names.set(operation.name, operation)
    const params = paramsOf(service, operation.segments, operation.templatePlace, diagnostics)
    const own = said.get(operation.name)
    const { methods, template, segments, query, body } = operation
    if (params === null) return []
    return [
      {
        name: `${service.name}.${operation.name}`,
        index: -1,
        service,
        methods,
        template,
        segments,
        params,
        labels: sortedLabels([...inherited, ...labelsOf(own?.labels ?? [])]),
        rpc: false,
        query,
        body,
        deprecated: (own === undefined ? null : deprecationOf(own)) ?? operation.deprecated,
        place: operation.templatePlace,
      },
    ]
  })
  for (const { name, labels } of said.values()) {
    if (names.has(name.text)) continue
    labelsOf(labels)
    if (failed) continue
    const related = [{ message: 'the document is named here', span: from.span }]
    const suggestion = nearest(name.text, names.keys())
    const fixes = renameTo(suggestion, name.span)
    diagnostics.push(report(unknownOperation, name.span, { name: name.text, file: from.value, suggestion }, related, fixes))
  }
  return { drafts, whole: !failed && drafts.length === operations.length }
}
