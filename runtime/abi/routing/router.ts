import type { RouteProgram } from '../module.ts'
import { createFind } from './flat-tree.ts'
import { hostPattern } from './host-pattern.ts'
import { addRoute, emptyTree, type Tree } from './route-tree.ts'

export interface Router {
  /**
   * Returns the index of the most specific matching route, or −1. A service that names the host literally takes precedence over
   * patterns. Segments are compared next (literal, int, with affixes, plain, rest), and a named method precedes any method.
   * `host` is in lower case, and `segments` are decoded. Parameters are read from the segments later.
   */
  match(host: string, method: string, segments: readonly string[]): number
}

/** Error for hosts in the configuration of the proxy that conflict with the policy. */
export class HostError extends Error {
  readonly service: string
  readonly host: string
  constructor(service: string, host: string, problem: string) {
    super(`service \`${service}\` at \`${host}\`: ${problem}`)
    this.name = 'HostError'
    this.service = service
    this.host = host
  }
}

/** The properties of a route that `createRouter` needs. */
export type Routed = Pick<RouteProgram, 'name' | 'service' | 'methods' | 'segments' | 'params' | 'hosts'>

/**
 * Creates a router, which finds the route of a request by host, method and path.
 *
 * @param hosts hosts of services, which replace those of the policy
 * @throws HostError if two routes have the same paths on one host, or a host lacks the label that the policy reads
 */
export function createRouter(
  module: { readonly routes: readonly Routed[] },
  hosts: Readonly<Record<string, readonly string[]>> = {},
): Router {
  const literals = new Map<string, Tree>()
  const wildcards = new Map<string, Tree>()
  for (const [index, route] of module.routes.entries()) {
    const given = Object.hasOwn(hosts, route.service) ? hosts[route.service] : undefined
    for (const text of given ?? route.hosts) {
      const host = hostPattern(text)
      if (readsHost(route) && !host.wildcard)
        throw new HostError(
          route.service,
          text,
          'the policy reads the first label of the host, which needs a pattern such as `*.shop.example`: ' +
            'configure one for the service',
        )
      const table = host.wildcard ? wildcards : literals
      const tree = table.get(host.rest) ?? emptyTree()
      table.set(host.rest, tree)
      const taken = module.routes[addRoute(tree, index, route)]
      if (taken !== undefined)
        throw new HostError(
          route.service,
          text,
          `\`${route.name}\` and \`${taken.name}\` match the same paths on this host: give their services different hosts`,
        )
    }
  }
  return { match: createFind(literals, wildcards) }
}

/** Returns whether the first parameter of a route is a label of the host. The template then has one parameter fewer. */
function readsHost(route: Routed): boolean {
  return route.params.length > route.segments.filter(({ kind }) => kind !== 'literal').length
}
