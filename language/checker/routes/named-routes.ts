import type { LabelDeclaration, ServiceDeclaration } from '../../syntax/ast.ts'
import type { Route } from '../model.ts'

/** Which routes targets name, each sorted by index. Null where a mistake that was reported keeps it from being known. */
export interface NamedRoutes {
  readonly all: readonly Route[] | null
  label(label: LabelDeclaration): readonly Route[] | null
  service(service: ServiceDeclaration): readonly Route[] | null
  /** Undefined: the service has no route of that name. */
  route(service: ServiceDeclaration, name: string): readonly Route[] | null | undefined
  /** The names of a service's routes, for suggestions. */
  namesOf(service: ServiceDeclaration): readonly string[]
}

/** What is known of the routes of a service. */
export interface ServiceRoutes {
  /** By name; null where it was reported that nobody can tell its paths. */
  readonly named: ReadonlyMap<string, Route | null>
  /** Whether all of its routes are there, with the hosts that were meant. */
  readonly whole: boolean
}

/**
 * @param lacking whether there may be services that nobody could read
 * @param labelsLacking whether there are routes of which a label is not known
 */
export function nameRoutes(
  routes: readonly Route[],
  services: ReadonlyMap<ServiceDeclaration, ServiceRoutes>,
  lacking: boolean,
  labelsLacking: boolean,
): NamedRoutes {
  const carrying = new Map<string, Route[]>()
  for (const route of routes) {
    for (const { name } of route.labels) {
      const known = carrying.get(name)
      if (known === undefined) carrying.set(name, [route])
      else known.push(route)
    }
  }
  // One list for each, so that what is worked out for a list is worked out once.
  const ofService = new Map<ServiceDeclaration, readonly Route[] | null>()
  const ofRoute = new Map<ServiceDeclaration, ReadonlyMap<string, readonly Route[] | null>>()
  for (const [declaration, { named, whole }] of services) {
    const own = [...named.values()].filter((route) => route !== null).sort((a, b) => a.index - b.index)
    ofService.set(declaration, whole ? own : null)
    ofRoute.set(declaration, new Map([...named].map(([name, route]) => [name, route === null ? null : [route]])))
  }
  const all = lacking || [...services.values()].some(({ whole }) => !whole) ? null : routes
  const none: readonly Route[] = []
  return {
    all,
    label: ({ name }) => (all === null || labelsLacking ? null : (carrying.get(name.text) ?? none)),
    service: (service) => ofService.get(service) ?? null,
    route: (service, name) => {
      const found = ofRoute.get(service)?.get(name)
      // Of a document with mistakes nobody knows the routes.
      return found === undefined && service.openapi !== null && ofService.get(service) === null ? null : found
    },
    namesOf: (service) => [...(services.get(service)?.named.keys() ?? [])],
  }
}
