import { isWithin, type Model, type Route, type Segment, type ServiceModel } from '../../language/index.ts'
import { countCallers, type Owner, type UnknownOperation } from './operation.ts'
import { freeName } from './owner-name.ts'
import { isAlike, matchesPath, PolicyMap } from './policy-map.ts'
import type { Hints } from './suggest-labels.ts'
import { TemplateIndex } from './template-index.ts'

/** What API documents and logs say about a route of the policy. */
export interface SeenRoute {
  requests: number
  readonly traffic: Set<string>
  readonly documents: Set<string>
  /**
   * Other names of the route in API documents, logs and earlier policies, each with the files that use it. Excludes names that
   * other routes of the policy have.
   */
  readonly names: Map<string, Set<string>>
  /** The number of requests, by the caller's identity, that were denied because no rule permitted them. */
  readonly needed: Map<string, number>
  /** Properties of the operation in the API document, for suggestions of labels; null if no document describes it. */
  hints: Omit<Hints, 'template'> | null
}

/** One or several equal requests to a route, from a log or a proxy. */
export interface ObservedRequests {
  readonly file: string
  readonly count: number
  /** Name of the route in the policy that decided, `service.route`; null if unknown. */
  readonly name: string | null
  /** The number of requests, by the caller's identity, that were denied because no rule permitted them. */
  readonly needed?: Readonly<Record<string, number>>
}

/** Collects the operations in API documents, logs and manifests, and matches them with the routes of a policy. */
export class Inventory {
  readonly map: PolicyMap
  readonly unknown: UnknownOperation[] = []
  /** Services found in other sources that the policy lacks, by name, with the files that mention them. */
  readonly services = new Map<string, { readonly owner: Owner; readonly sources: Set<string> }>()
  /** Services of the policy that an OpenAPI document describes. `deployed` has those with a Kubernetes manifest. */
  readonly documented = new Set<ServiceModel>()
  readonly deployed = new Set<ServiceModel>()
  hasTraffic = false
  hasManifests = false
  /** The number of observed requests that were not assigned to an operation, for example because a memory limit was reached. */
  beyond = 0
  /** Operations with a template, by service. */
  readonly #unknownOf = new Map<string, TemplateIndex<UnknownOperation>>()
  readonly #seen = new Map<Route, SeenRoute>()
  readonly #names: ReadonlyMap<string, Route>

  constructor(model: Model) {
    this.map = new PolicyMap(model)
    this.#names = new Map(model.routes.map((route) => [route.name, route]))
  }

  routeNamed(name: string): Route | null {
    return this.#names.get(name) ?? null
  }

  seen(route: Route): SeenRoute {
    const known = this.#seen.get(route)
    if (known !== undefined) return known
    const made: SeenRoute = {
      requests: 0,
      traffic: new Set(),
      documents: new Set(),
      names: new Map(),
      needed: new Map(),
      hints: null,
    }
    this.#seen.set(route, made)
    return made
  }

  /** Returns the policy's route that has the given name in another source; null if there is none. */
  renamed(name: string): Route | null {
    return [...this.#seen].find(([, { names }]) => names.has(name))?.[0] ?? null
  }

  ask(route: Route, { file, count, name, needed = {} }: ObservedRequests): void {
    const seen = this.seen(route)
    seen.requests += count
    seen.traffic.add(file)
    if (name !== null) this.callOtherwise(route, name, file)
    countCallers(seen.needed, needed)
  }

  /** Records the name that another source has for a route. Ignores the name if it is that of a route in the policy. */
  callOtherwise(route: Route, name: string, file: string): void {
    if (name === route.name || this.#names.has(name)) return
    const { names } = this.seen(route)
    // Bounds the names from foreign logs.
    if (names.size < MOST_NAMES || names.has(name)) names.set(name, (names.get(name) ?? new Set()).add(file))
  }

  /** Returns the operation, among those that the policy lacks, that matches a requested path; null if there is none. */
  unknownAt(owner: Owner, method: string, path: readonly string[]): UnknownOperation | null {
    const literal = path.map((text) => ({ kind: 'literal', text }) as const)
    return this.#unknown(owner, method, literal, (segments) => matchesPath(segments, path))
  }

  /**
   * Returns the operation, among those that the policy lacks, whose template covers or equals the given one; null if there is
   * none.
   */
  unknownLike(owner: Owner, method: string, template: readonly Segment[]): UnknownOperation | null {
    return this.#unknown(owner, method, template, (segments) => isWithin(template, segments) || isAlike(template, segments))
  }

  /** Adds an operation that the policy lacks, or merges it with an equivalent one. */
  add(operation: UnknownOperation): void {
    const { owner, methods, segments } = operation
    const there = segments && this.unknownLike(owner, methods[0] as string, segments)
    if (!owner.isKnown) this.addService(owner, operation.sources)
    if (there === null) {
      this.unknown.push(operation)
      if (segments === null) return
      const others = this.#unknownOf.get(owner.service) ?? new TemplateIndex()
      this.#unknownOf.set(owner.service, others)
      others.add(segments, operation)
      return
    }
    there.requests += operation.requests
    there.name ??= operation.name
    there.body ??= operation.body
    countCallers(there.callers, Object.fromEntries(operation.callers))
    for (const file of operation.sources) there.sources.add(file)
  }

  addService(owner: Owner, sources: Iterable<string>): void {
    const known = this.services.get(owner.service)
    const hosts = [...new Set([...(known?.owner.hosts ?? []), ...owner.hosts])]
    this.services.set(owner.service, { owner: { ...owner, hosts }, sources: new Set([...(known?.sources ?? []), ...sources]) })
  }

  /** Returns the service for a host that the policy lacks: one found earlier, or a new one with the name `otherwise`. */
  ownerAt(host: string, otherwise: string): Owner {
    const there = [...this.services.values()].find(({ owner }) => owner.hosts.includes(host))
    return there?.owner ?? { service: this.newName(otherwise), isKnown: false, hosts: [host] }
  }

  /** Returns the given name, with a number appended if a service of the policy already has it. */
  newName(name: string): string {
    return freeName(name, (one) => this.map.service(one) !== null)
  }

  #unknown(
    owner: Owner,
    method: string,
    template: readonly Segment[],
    fits: (segments: readonly Segment[]) => boolean,
  ): UnknownOperation | null {
    const found = (this.#unknownOf.get(owner.service)?.candidates(template) ?? []).filter(
      ({ methods, segments }) => methods.includes(method) && segments !== null && fits(segments),
    )
    // Of several, the most specific.
    return found.find((one) => found.every((other) => isWithin(one.segments ?? [], other.segments ?? []))) ?? found[0] ?? null
  }
}

const MOST_NAMES = 100
