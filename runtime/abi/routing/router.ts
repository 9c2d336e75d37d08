import type { RouteProgram } from '../module.ts'
import { createFind } from './flat-tree.ts'
import { hostPattern } from './host-pattern.ts'
import { addRoute, emptyTree, type Tree } from './route-tree.ts'

export interface Router {
  /**
   * The most specific route that host, method and path all match, as its index in `module.routes`; −1 where there is none. A host
   * that some service names literally belongs to such services alone, patterns are not fallen back to; then it goes segment by
   * segment (literal, int, affixed, plain, rest), then a route that names the method before one for any. `host` in lower case,
   * `segments` decoded. Parameters stay where they are: what reads them finds them in the segments.
   */
  match(host: string, method: string, segments: readonly string[]): number
}

/** Hosts that the configuration gives and that do not go with the policy. A mistake of the deployment, not of the policy. */
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

/** What is asked of a route. */
export type Routed = Pick<RouteProgram, 'name' | 'service' | 'methods' | 'segments' | 'params' | 'hosts'>

/** `hosts` replaces the default hosts of the services it names. Throws `HostError`. */
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
        throw new HostError(route.service, text, 'the policy reads a label of the host, which this has not')
      const table = host.wildcard ? wildcards : literals
      const tree = table.get(host.rest) ?? emptyTree()
      table.set(host.rest, tree)
      const taken = module.routes[addRoute(tree, index, route)]
      if (taken !== undefined)
        throw new HostError(route.service, text, `\`${route.name}\` and \`${taken.name}\` have the same paths there`)
    }
  }
  return { match: createFind(literals, wildcards) }
}

/** Whether the first parameter is a label of the host: the template has one fewer. */
function readsHost(route: Routed): boolean {
  return route.params.length > route.segments.filter(({ kind }) => kind !== 'literal').length
}
