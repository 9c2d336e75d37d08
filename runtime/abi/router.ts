import { parseHost } from './host.ts'
import type { ParamValue, PolicyModule, RouteProgram, SegmentProgram } from './module.ts'
import { addRoute, emptyNode, find, type Node } from './route-tree.ts'
import { paramValue } from './segment.ts'

export interface Router {
  /**
   * The most specific route that host, method and path all match. A host that some service names literally belongs to
   * such services alone, patterns are not fallen back to; then it goes segment by
   * segment (literal, int, affixed, plain, rest), then a route that names the method before one for any.
   * `host` in lower case, `segments` decoded. Null where there is none.
   */
  match(host: string, method: string, segments: readonly string[]): RouteMatch | null
}

export interface RouteMatch {
  /** Index in `module.routes`. */
  readonly route: number
  /** In the order of the route's `params`. */
  readonly params: readonly ParamValue[]
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

/** `hosts` replaces the default hosts of the services it names. Throws `HostError`. */
export function createRouter(module: PolicyModule, hosts: Readonly<Record<string, readonly string[]>> = {}): Router {
  const literals = new Map<string, Node>()
  const wildcards = new Map<string, Node>()
  for (const [index, route] of module.routes.entries()) {
    const given = Object.hasOwn(hosts, route.service) ? hosts[route.service] : undefined
    for (const text of given ?? route.hosts) {
      const host = parseHost(text)
      if (readsHost(route) && !host.wildcard)
        throw new HostError(route.service, text, 'the policy reads a label of the host, which this has not')
      const table = host.wildcard ? wildcards : literals
      const tree = table.get(host.rest) ?? emptyNode()
      table.set(host.rest, tree)
      const taken = module.routes[addRoute(tree, index, route)]
      if (taken !== undefined)
        throw new HostError(route.service, text, `\`${route.name}\` and \`${taken.name}\` have the same paths there`)
    }
  }
  // What needs no parameters is answered without a new object.
  const fixed = module.routes.map((_, route): RouteMatch => Object.freeze({ route, params: Object.freeze([]) }))
  const underPattern = module.routes.map(readsHost)

  function match(host: string, method: string, segments: readonly string[]): RouteMatch | null {
    const tree = literals.get(host) ?? wildcardTree(host)
    if (tree === undefined) return null
    const index = find(tree, method, segments, 0)
    const route = module.routes[index]
    if (route === undefined) return null
    if (route.params.length === 0) return fixed[index] ?? null
    return { route: index, params: paramValues(route.segments, underPattern[index] ? [firstLabel(host)] : [], segments) }
  }

  function wildcardTree(host: string): Node | undefined {
    const dot = host.indexOf('.')
    return dot > 0 ? wildcards.get(host.slice(dot)) : undefined
  }

  return { match }
}

/** Whether the first parameter is a label of the host: the template has one fewer. */
function readsHost(route: RouteProgram): boolean {
  return route.params.length > route.segments.filter(({ kind }) => kind !== 'literal').length
}

function firstLabel(host: string): string {
  return host.slice(0, host.indexOf('.'))
}

/** The values of the template's parameters after those that are there. The template matches. */
function paramValues(
  template: RouteProgram['segments'],
  values: ParamValue[],
  segments: readonly string[],
): readonly ParamValue[] {
  for (let at = 0; at < template.length; at += 1) {
    const segment = template[at] as SegmentProgram
    if (segment.kind === 'param') values.push(paramValue(segment, segments[at] ?? '') ?? '')
    else if (segment.kind === 'rest') values.push(segments.slice(at).join('/'))
  }
  return values
}
