import type { HostPattern, Model, Route, ServiceModel } from '../../language/checker/model.ts'
import type { EvalRequest } from '../../runtime/abi/index.ts'
import type { Version } from '../diff/difference.ts'

/**
 * Returns a function that interprets which route takes a request that was built for a route. It only looks at services that
 * share a host with that route's, so the time does not grow with the number of other services.
 */
export function routeFinder({ model, interpret }: Version): (request: EvalRequest, builtFor: Route) => string | null {
  const rivals = rivalFinder(model)
  const routes = new Map<ServiceModel, Route[]>(model.services.map((service) => [service, []]))
  for (const route of model.routes) routes.get(route.service)?.push(route)
  const parts = new Map<ServiceModel, Model>()
  return (request, { service }) => {
    const known = parts.get(service)
    if (known !== undefined) return interpret(known, request).route
    const services = rivals(service)
    const part = { ...model, rules: [], invariants: [], services, routes: services.flatMap((one) => routes.get(one) ?? []) }
    parts.set(service, part)
    return interpret(part, request).route
  }
}

/** Returns a function that finds the services, itself included, of which some host may be a service's too. */
function rivalFinder({ services }: Model): (service: ServiceModel) => readonly ServiceModel[] {
  const keyed = new Map<string, ServiceModel[]>()
  for (const service of services) {
    for (const host of service.hosts) {
      for (const key of host.wildcard ? [`*${host.rest}`] : [host.rest, `*${restOf(host)}`]) {
        const own = keyed.get(key) ?? []
        own.push(service)
        keyed.set(key, own)
      }
    }
  }
  // A host that a service names belongs to services that name it, whatever wildcards match it.
  return ({ hosts }) => [...new Set(hosts.flatMap((host) => keyed.get(host.wildcard ? `*${host.rest}` : host.rest) ?? []))]
}

/** A host without its first label, as a wildcard that matches the host has it. */
function restOf({ rest }: HostPattern): string {
  return rest.slice(rest.split('.', 1)[0]?.length)
}
