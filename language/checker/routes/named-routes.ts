import type { LabelDeclaration, ServiceDeclaration } from '../../syntax/ast.ts'
import type { Route } from '../model.ts'
import type { Results } from '../results.ts'

/**
 * Finds the routes for the targets of rules: all routes, or those of a label, of a service or of a name. Lists are sorted by
 * index; null if a reported mistake hides routes.
 */
export interface NamedRoutes {
  readonly all: readonly Route[] | null
  label(label: LabelDeclaration): readonly Route[] | null
  service(service: ServiceDeclaration): readonly Route[] | null
  /**
   * Returns the routes of a service with this name; null if a reported mistake hides them, undefined if the service has no such
   * route.
   */
  route(service: ServiceDeclaration, name: string): readonly Route[] | null | undefined
  /** Returns the names of a service's routes, for suggestions. */
  namesOf(service: ServiceDeclaration): readonly string[]
}

export interface ServiceRoutes {
  /** Routes by name; null if the route's template was reported as invalid. */
  readonly named: ReadonlyMap<string, Route | null>
  /** Whether all routes of the service are present, with the intended hosts. */
  readonly whole: boolean
}

/**
 * Returns a lookup of routes by service and name.
 *
 * @param lacking whether some services may not have been readable
 * @param labelsLacking whether some routes have unresolved labels
 */
export function nameRoutes(
  routes: readonly Route[],
  services: ReadonlyMap<ServiceDeclaration, ServiceRoutes>,
  lacking: boolean,
  labelsLacking: boolean,
  results: Results,
): NamedRoutes {
  const found = new Map<string, Route[]>()
  for (const route of routes) {
    for (const { name } of route.labels) {
      const known = found.get(name)
      if (known === undefined) found.set(name, [route])
      else known.push(route)
    }
  }
  // One list object for each, also in the next check, so that results for a list are computed once.
  const carrying = new Map([...found].map(([name, list]) => [name, results.list(`label ${name}`, list)]))
  const ofService = new Map<ServiceDeclaration, readonly Route[] | null>()
  const ofRoute = new Map<ServiceDeclaration, ReadonlyMap<string, readonly Route[] | null>>()
  for (const [declaration, { named, whole }] of services) {
    const own = [...named.values()].filter((route) => route !== null).sort((a, b) => a.index - b.index)
    const key = declaration.name.text
    ofService.set(declaration, whole ? results.list(`${key}.*`, own) : null)
    const alone = (name: string, route: Route) => results.list(`${key}.${name}`, [route])
    ofRoute.set(declaration, new Map([...named].map(([name, route]) => [name, route === null ? null : alone(name, route)])))
  }
  const all = lacking || [...services.values()].some(({ whole }) => !whole) ? null : results.list('*', routes)
  const none = results.list<Route>('none', [])
  return {
    all,
    label: ({ name }) => (all === null || labelsLacking ? null : (carrying.get(name.text) ?? none)),
    service: (service) => ofService.get(service) ?? null,
    route: (service, name) => {
      const found = ofRoute.get(service)?.get(name)
      // The routes of a document with mistakes are unknown.
      return found === undefined && service.openapi !== null && ofService.get(service) === null ? null : found
    },
    namesOf: (service) => [...(services.get(service)?.named.keys() ?? [])],
  }
}
