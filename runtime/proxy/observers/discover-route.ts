import type { Policy } from '../../policy/index.ts'
import { routeTemplate } from '../../telemetry/traces/index.ts'
import type { Became, Learner } from '../discovery/index.ts'
import type { ProxyContext } from '../proxy-context.ts'
import type { RequestContext } from '../request-context.ts'

/** Tells what a policy would need of a request that is over: those that the proxy answers itself are none of its. */
export function discoverRoute(learner: Learner, exchange: RequestContext): void {
  const { request, route, policy } = exchange
  if (request === null || policy === null || (route === null ? exchange.code !== 'no-route' : isPreflight(exchange))) return
  const { host, method, path } = request
  learner.note({
    host: declaredHost(exchange.proxy, policy, host),
    method,
    path,
    route: route && { name: route.name, service: route.service, template: routeTemplate(route) },
    caller: callerOf(exchange),
    became: becameOf(exchange),
  })
}

/** Permitted, and nobody has decided it. */
function isPreflight({ effect, outcome }: RequestContext): boolean {
  return effect === 'permit' && outcome === null
}

/** Without a route nobody was asked who calls, and nobody is asked for this: it would cost something, and count what is wrong. */
function callerOf({ proxy, request, route, authentication, incoming }: RequestContext): string {
  if (route === null) return request !== null && proxy.authenticator.shows(request, incoming.socket) ? 'credential' : 'anonymous'
  if (authentication === null || authentication.kind === 'anonymous') return 'anonymous'
  return authentication.kind === 'caller' ? authentication.identity : 'refused'
}

function becameOf({ effect, outcome }: RequestContext): Became {
  return effect === 'deny' && outcome?.reason === 'default' ? 'default' : effect
}

interface Hosts {
  readonly literal: ReadonlySet<string>
  /** What follows the first label of those that are patterns. */
  readonly patterns: ReadonlySet<string>
}

const declared = new WeakMap<Policy, Hosts>()

/** What a pattern lets stand there is somebody's, such as a tenant's name. */
function declaredHost(proxy: ProxyContext, policy: Policy, host: string): string {
  const hosts = declared.get(policy) ?? hostsOf(proxy, policy)
  declared.set(policy, hosts)
  const rest = host.slice(host.indexOf('.'))
  return hosts.patterns.has(rest) && !hosts.literal.has(host) ? `*${rest}` : host
}

function hostsOf(proxy: ProxyContext, { module }: Policy): Hosts {
  const all = module.routes.flatMap(({ service, hosts }) => proxy.hosts(service) ?? hosts)
  const isPattern = (host: string) => /^[{*]/.test(host)
  return {
    literal: new Set(all.filter((host) => !isPattern(host))),
    patterns: new Set(all.filter(isPattern).map((host) => host.slice(host.indexOf('.')))),
  }
}
