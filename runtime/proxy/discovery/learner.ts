import type { Became, Learned, LearnedRoute } from './learned.ts'
import { PathTree } from './path-tree.ts'

export interface Over {
  readonly host: string
  readonly method: string
  readonly path: string
  readonly route: { readonly name: string; readonly service: string; readonly template: string } | null
  /**
   * The caller: an identity's name, `anonymous` or `refused`. If no route matches: `credential` if the request has an unverified
   * credential, else `anonymous`.
   */
  readonly caller: string
  readonly became: Became
}

/** Maximum characters of routes, callers and hosts when written: enough for thousands of routes. */
const ROOM = 1 << 21
/** Characters of each entry without its names. */
const [ROUTE, CALLER, BECAME, HOST] = [80, 12, 28, 10]
const MOST_HOSTS = 1000

/** Collects the observed routes of one process in bounded memory. Keeps only names of the policy, words of paths, and counts. */
export class Learner {
  readonly #routes = new Map<string, Noted>()
  readonly #hosts = new Map<string, string>()
  readonly #paths = new PathTree()
  #left = ROOM
  #beyond = 0

  note({ host, method, path, route, caller, became }: Over): void {
    if (route === null) {
      this.#paths.add(host, method, path, caller)
      return
    }
    const { name, service, template } = route
    // The client chooses the method.
    const of = { route: name, service, method: METHOD.test(method) ? method : 'ANY', template }
    this.#serve(host, service)
    this.#count(of, caller, became, 1)
  }

  /** Adds the observed routes of another process to those of this process. */
  add({ routes, hosts, unrouted, beyond }: Learned): void {
    this.#beyond += beyond
    for (const { callers, ...of } of routes)
      for (const [caller, each] of Object.entries(callers))
        for (const [became, times] of Object.entries(each)) this.#count(of, caller, became as Became, times)
    for (const [host, service] of Object.entries(hosts)) this.#serve(host, service)
    for (const each of unrouted) this.#paths.addTemplate(each)
  }

  learned(): Learned {
    const keyed = [...this.#routes].map(([key, { callers, ...of }]): readonly [string, LearnedRoute] => [
      key,
      {
        ...of,
        callers: Object.fromEntries([...callers].sort(byName).map(([name, each]) => [name, Object.fromEntries(each)])),
      },
    ])
    return {
      routes: keyed.sort(byName).map(([, one]) => one),
      hosts: Object.fromEntries([...this.#hosts].sort(byName)),
      unrouted: this.#paths.templates(),
      beyond: this.#beyond + this.#paths.beyond,
    }
  }

  #serve(host: string, service: string): void {
    const isRoom = this.#hosts.has(host) || (this.#hosts.size < MOST_HOSTS && this.#take(HOST + host.length + service.length))
    if (isRoom) this.#hosts.set(host, service)
  }

  #count(of: Omit<LearnedRoute, 'callers'>, caller: string, became: Became, times: number): void {
    const each = this.#callerOf(of, caller)
    const before = each?.get(became)
    if (each === null || (before === undefined && !this.#take(BECAME))) this.#beyond += times
    else each.set(became, (before ?? 0) + times)
  }

  /** Returns `null` if memory is used up. */
  #callerOf(of: Omit<LearnedRoute, 'callers'>, caller: string): Map<Became, number> | null {
    const { route, service, method, template } = of
    const key = `${route} ${method} ${template}`
    let noted = this.#routes.get(key)
    if (noted === undefined) {
      if (!this.#take(ROUTE + key.length + service.length)) return null
      noted = { ...of, callers: new Map() }
      this.#routes.set(key, noted)
    }
    const known = noted.callers.get(caller)
    if (known !== undefined) return known
    if (!this.#take(CALLER + caller.length)) return null
    const made = new Map<Became, number>()
    noted.callers.set(caller, made)
    return made
  }

  #take(characters: number): boolean {
    if (this.#left < characters) return false
    this.#left -= characters
    return true
  }
}

interface Noted extends Omit<LearnedRoute, 'callers'> {
  readonly callers: Map<string, Map<Became, number>>
}

const METHOD = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
