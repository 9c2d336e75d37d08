import type { Became, Learner } from '../learn/index.ts'
import { routeTemplate } from '../traces/index.ts'
import type { Exchange } from './exchange.ts'

/** Tells what a policy would need of a request that is over: those that the proxy answers itself are none of its. */
export function learn(learner: Learner, exchange: Exchange): void {
  const { request, route } = exchange
  if (request === null || (route === null ? exchange.code !== 'no-route' : isPreflight(exchange))) return
  const { host, method, path } = request
  learner.note({
    host,
    method,
    path,
    route: route && { name: route.name, service: route.service, template: routeTemplate(route) },
    caller: callerOf(exchange),
    became: becameOf(exchange),
  })
}

/** Permitted, and nobody has decided it. */
function isPreflight({ effect, outcome }: Exchange): boolean {
  return effect === 'permit' && outcome === null
}

function callerOf({ authentication }: Exchange): string {
  if (authentication === null || authentication.kind === 'anonymous') return 'anonymous'
  return authentication.kind === 'caller' ? authentication.identity : 'refused'
}

function becameOf({ effect, outcome }: Exchange): Became {
  return effect === 'deny' && outcome?.reason === 'default' ? 'default' : effect
}
