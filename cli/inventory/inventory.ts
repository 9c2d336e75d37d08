import { isWithin, type Model, type Route, type Segment, type ServiceModel } from '../../language/index.ts'
import { countCallers, type Owner, type UnknownOperation } from './operation.ts'
import { freeName } from './owner-name.ts'
import { isAlike, matchesPath, PolicyMap } from './policy-map.ts'
import type { Hints } from './suggest-labels.ts'
import { TemplateIndex } from './template-index.ts'

/** Information of the sources on a route of the policy. */
export interface SeenRoute {
  requests: number
  readonly traffic: Set<string>
  readonly documents: Set<string>
  /** Names of the route elsewhere that no route has now, with their files. */
  readonly names: Map<string, Set<string>>
  /** Denials by default, by identity. */
  readonly needed: Map<string, number>
  /** Hints of the document; null if there are none. */
  hints: Omit<Hints, 'template'> | null
}

/** Observed requests: one, or a number of equal ones. */
export interface ObservedRequests {
  readonly file: string
  readonly count: number
  /** Qualified name in the policy at that time, `service.route`; null if unknown. */
  readonly name: string | null
  /** Callers that were denied by default. */
  readonly needed?: Readonly<Record<string, number>>
}

/** An inventory of the operations in documents, logs and manifests, compared with a policy. */
export class Inventory {
  readonly map: PolicyMap
  readonly unknown: UnknownOperation[] = []
  /** Services that the policy lacks, with their files. */
  readonly services = new Map<string, { readonly owner: Owner; readonly sources: Set<string> }>()
  /** The policy's services with a document, and with a manifest. */
  readonly documented = new Set<ServiceModel>()
  readonly deployed = new Set<ServiceModel>()
  hasTraffic = false
  hasManifests = false
  /** The number of requests whose routes are unknown for lack of room. */
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

  /** Returns the route that has this name elsewhere. */
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

  /** Records another name of a route. A name that another route has now is not a former name: that route took over a part. */
  callOtherwise(route: Route, name: string, file: string): void {
    if (name === route.name || this.#names.has(name)) return
    const { names } = this.seen(route)
    // Bounds the names from foreign logs.
    if (names.size < MOST_NAMES || names.has(name)) names.set(name, (names.get(name) ?? new Set()).add(file))
  }

  /** Returns a known operation that matches a requested path. */
  unknownAt(owner: Owner, method: string, path: readonly string[]): UnknownOperation | null {
    const literal = path.map((text) => ({ kind: 'literal', text }) as const)
    return this.#unknown(owner, method, literal, (segments) => matchesPath(segments, path))
  }

  /** Returns a known operation with an equivalent template. */
  unknownLike(owner: Owner, method: string, template: readonly Segment[]): UnknownOperation | null {
    return this.#unknown(owner, method, template, (segments) => isWithin(template, segments) || isAlike(template, segments))
  }

  /** Adds an operation, or merges it with an equal one. */
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

  /** Returns the owner of an unknown host: a known one, else one named `otherwise`. */
  ownerAt(host: string, otherwise: string): Owner {
    const there = [...this.services.values()].find(({ owner }) => owner.hosts.includes(host))
    return there?.owner ?? { service: this.newName(otherwise), isKnown: false, hosts: [host] }
  }

  /** Returns a name that no service of the policy has. */
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
