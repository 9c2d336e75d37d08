import { parseTemplate } from '../../language/index.ts'
import type { AskedTemplate, Learned, LearnedRoute } from '../../runtime/proxy/discovery/index.ts'
import { methodsOf, ownerOf, unqualified } from './add-log.ts'
import type { Inventory } from './inventory.ts'
import type { Owner } from './operation.ts'
import { nameAtHost } from './owner-name.ts'
import { NO_HINTS } from './suggest-labels.ts'

/** Adds the routes that a proxy has recorded from its traffic to an inventory. */
export function addLearned(inventory: Inventory, file: string, { routes, hosts, unrouted, beyond }: Learned): void {
  inventory.hasTraffic = true
  inventory.beyond += beyond
  for (const each of routes) addRoute(inventory, file, each)
  for (const each of unrouted) addTemplate(inventory, file, each, hosts)
}

function addRoute(inventory: Inventory, file: string, { route: name, service, method, template, callers }: LearnedRoute): void {
  const known = inventory.map.service(service)
  const parsed = parseTemplate(template)
  const segments = parsed.ok ? parsed.segments : null
  const asked = known && segments && inventory.map.routeFor([known], method, segments, true)
  const route = asked ?? (method === 'ANY' ? inventory.routeNamed(name) : null)
  const counts = Object.entries(callers).map(([caller, each]) => [caller, sum(Object.values(each))] as const)
  const count = sum(counts.map(([, times]) => times))
  if (route !== null) {
    const needed = Object.entries(callers).flatMap(([caller, each]) => (each.default ? [[caller, each.default]] : []))
    return void inventory.ask(route, { file, count, name, needed: Object.fromEntries(needed) })
  }
  inventory.add({
    owner: known === null ? { service, isKnown: false, hosts: [] } : ownerOf(known),
    ...{ methods: methodsOf(method), template: parsed.ok ? template : null, segments, name: unqualified(name), summary: null },
    ...{ body: null, hints: NO_HINTS, requests: count, callers: new Map(counts), sources: new Set([file]) },
  })
}

function addTemplate(inventory: Inventory, file: string, asked: AskedTemplate, hosts: Learned['hosts']): void {
  const { host, method, template, count, callers } = asked
  const parsed = parseTemplate(template)
  if (!parsed.ok) return
  const { segments } = parsed
  const at = inventory.map.servicesAt(host)
  const served = at.length > 0 || !Object.hasOwn(hosts, host) ? null : inventory.map.service(hosts[host] as string)
  const services = served === null ? at : [served]
  // Paths that the policy's types reject had no route, and have none.
  const route = inventory.map.routeFor(services, method, segments, false)
  if (route !== null) return void inventory.ask(route, { file, count, name: null })
  const [first] = services
  const owner: Owner = first === undefined ? inventory.ownerAt(host, nameAtHost(host)) : ownerOf(first)
  inventory.add({
    ...{ owner, methods: methodsOf(method), template, segments, name: null, summary: null, body: null, hints: NO_HINTS },
    ...{ requests: count, callers: new Map(Object.entries(callers)), sources: new Set([file]) },
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
