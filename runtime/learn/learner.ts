import type { Became, Learned, LearnedRoute } from './learned.ts'
import { PathTree } from './path-tree.ts'

/** A request that is over. */
export interface Over {
  readonly host: string
  readonly method: string
  /** Decoded. */
  readonly path: string
  /** Null: there was none. */
  readonly route: { readonly name: string; readonly service: string; readonly template: string } | null
  /** The name of an identity, `anonymous`, or `refused`. */
  readonly caller: string
  readonly became: Became
}

/** Routes × methods that are told apart. */
const MOST = 20_000
/** Of services; those that are patterns count once. */
const MOST_HOSTS = 1000

/** What is asked of one process, in bounded memory. It keeps names of the policy, words of paths, and counts. */
export class Learner {
  readonly #routes = new Map<string, Noted>()
  readonly #hosts = new Map<string, string>()
  readonly #paths = new PathTree()
  #beyond = 0

  note({ host, method, path, route, caller, became }: Over): void {
    if (route === null) {
      this.#paths.add(host, method, path, caller)
      return
    }
    const { name, service, template } = route
    // A method is the client's word.
    const of = { route: name, service, method: METHOD.test(method) ? method : 'ANY', template }
    this.#serve(host, service)
    this.#count(of, caller, became, 1)
  }

  /** What another one has found. */
  add({ routes, hosts, unrouted, beyond }: Learned): void {
    this.#beyond += beyond
    for (const { callers, ...of } of routes)
      for (const [caller, each] of Object.entries(callers))
        for (const [became, times] of Object.entries(each)) this.#count(of, caller, became as Became, times)
    for (const [host, service] of Object.entries(hosts)) this.#serve(host, service)
    for (const each of unrouted) this.#paths.addTemplate(each)
  }

  learned(): Learned {
    const routes = [...this.#routes.values()].map(
      ({ callers, ...of }): LearnedRoute => ({
        ...of,
        callers: Object.fromEntries([...callers].sort(byName).map(([name, each]) => [name, Object.fromEntries(each)])),
      }),
    )
    return {
      routes: routes.sort(inOrder),
      hosts: Object.fromEntries([...this.#hosts].sort(byName)),
      unrouted: this.#paths.templates(),
      beyond: this.#beyond + this.#paths.beyond,
    }
  }

  #serve(host: string, service: string): void {
    if (this.#hosts.has(host) || this.#hosts.size < MOST_HOSTS) this.#hosts.set(host, service)
  }

  #count(of: Omit<LearnedRoute, 'callers'>, caller: string, became: Became, times: number): void {
    const key = `${of.route} ${of.method} ${of.template}`
    const known = this.#routes.get(key)
    if (known === undefined && this.#routes.size >= MOST) {
      this.#beyond += times
      return
    }
    const noted: Noted = known ?? { ...of, callers: new Map() }
    this.#routes.set(key, noted)
    const each = noted.callers.get(caller) ?? new Map<Became, number>()
    noted.callers.set(caller, each)
    each.set(became, (each.get(became) ?? 0) + times)
  }
}

interface Noted extends Omit<LearnedRoute, 'callers'> {
  readonly callers: Map<string, Map<Became, number>>
}

const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}

function inOrder(a: LearnedRoute, b: LearnedRoute): number {
  const [one, other] = [a, b].map(({ route, method, template }) => `${route} ${method} ${template}`) as [string, string]
  return one < other ? -1 : one > other ? 1 : 0
}
