import type { Route } from '../../checker/model.ts'
import type { Span } from '../../source.ts'
import type { File, ServiceDeclaration } from '../../syntax/ast.ts'

/**
 * Returns a function that finds the span where a route is named: its own name, an OpenAPI operation's clause, or else the
 * document's name.
 */
export function placesOfRoutes(files: readonly File[]): (route: Route) => Span | null {
  const services = new Map<string, ServiceDeclaration>()
  for (const file of files) {
    for (const one of file.declarations) if (one.kind === 'ServiceDeclaration') services.set(one.name.text, one)
  }
  const places = new Map<string, Span>()
  for (const [service, { routes, operations }] of services) {
    for (const { name } of [...operations, ...routes]) places.set(`${service}.${name.text}`, name.span)
  }
  return (route) => places.get(route.name) ?? services.get(route.service.name)?.openapi?.span ?? null
}
