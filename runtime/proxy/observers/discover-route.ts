import type { Policy } from '../../policy/index.ts'
import { routeTemplate } from '../../telemetry/traces/index.ts'
import type { Became, Learner } from '../discovery/index.ts'
import type { ProxyContext } from '../proxy-context.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Adds a completed request to the observed routes of the process. Requests to the proxy's own endpoints, CORS preflight requests
 * and requests that were refused before a policy was selected are not added.
 */
export function discoverRoute(learner: Learner, context: RequestContext): void {
  const { request, route, policy } = context
  if (request === null || policy === null || (route === null ? context.code !== 'no-route' : isPreflight(context))) return
  const { host, method, path } = request
  learner.note({
    host: declaredHost(context.proxy, policy, host),
    method,
    path,
    route: route && { name: route.name, service: route.service, template: routeTemplate(route) },
    caller: callerOf(context),
    became: becameOf(context),
  })
}

/** Permitted without a decision. */
function isPreflight({ effect, outcome }: RequestContext): boolean {
  return effect === 'permit' && outcome === null
}

/** Without a route the caller is not authenticated: that would cost time and count failures. */
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
  /** The domains of host patterns. */
  readonly patterns: ReadonlySet<string>
}

const declared = new WeakMap<Policy, Hosts>()

/** Masks a label matched by a pattern, which may be a tenant's name. */
function declaredHost(proxy: ProxyContext, policy: Policy, host: string): string {
  const hosts = declared.get(policy) ?? hostsOf(proxy, policy)
  declared.set(policy, hosts)
  const rest = host.slice(host.indexOf('.'))
  return hosts.patterns.has(rest) && !hosts.literal.has(host) ? `*${rest}` : host
}

function hostsOf(proxy: ProxyContext, { module }: Policy): Hosts {
  const all = module.routes.flatMap(({ service, hosts }) => proxy.services.get(service)?.hosts ?? hosts)
  const isPattern = (host: string) => /^[{*]/.test(host)
  return {
    literal: new Set(all.filter((host) => !isPattern(host))),
    patterns: new Set(all.filter(isPattern).map((host) => host.slice(host.indexOf('.')))),
  }
}
