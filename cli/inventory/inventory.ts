import { isWithin, type Model, type Route, type Segment, type ServiceModel } from '../../language/index.ts'
import { countCallers, type Owner, type UnknownOperation } from './operation.ts'
import { freeName } from './owner-name.ts'
import { isAlike, matchesPath, PolicyMap } from './policy-map.ts'
import type { Hints } from './suggest-labels.ts'
import { TemplateIndex } from './template-index.ts'

/** What is known of a route of the policy. */
export interface SeenRoute {
  requests: number
  /** Files. */
  readonly traffic: Set<string>
  readonly documents: Set<string>
  /** By names that others have for it, which are no names of routes now: where they stand. */
  readonly names: Map<string, Set<string>>
  /** Denied because no rule permits it, by identity. */
  readonly needed: Map<string, number>
  /** What a document says of it. */
  hints: Omit<Hints, 'template'> | null
}

/** One request, or many that are alike. */
export interface ObservedRequests {
  readonly file: string
  readonly count: number
  /** `service.route` by the policy at that time; null: nobody says. */
  readonly name: string | null
  /** Callers that were denied by default. */
  readonly needed?: Readonly<Record<string, number>>
}

/** What documents, logs and manifests say there is, set against a policy. */
export class Inventory {
  readonly map: PolicyMap
  readonly unknown: UnknownOperation[] = []
  /** Of services that the policy has not: whose they are, and the files that have them. */
  readonly services = new Map<string, { readonly owner: Owner; readonly sources: Set<string> }>()
  /** Services of the policy of which there is a document, and a manifest. */
  readonly documented = new Set<ServiceModel>()
  readonly deployed = new Set<ServiceModel>()
  hasTraffic = false
  hasManifests = false
  /** Requests of which nobody knows for what they were: there was no room. */
  beyond = 0
  /** By the name of their service, those that have a template. */
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

  /** The route that somebody else calls so by now. */
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

  /** What is the name of another route now was not renamed: the other one has taken a part of what it had. */
  callOtherwise(route: Route, name: string, file: string): void {
    if (name === route.name || this.#names.has(name)) return
    const { names } = this.seen(route)
    // Names of a log that somebody else has written are not without end either.
    if (names.size < MOST_NAMES || names.has(name)) names.set(name, (names.get(name) ?? new Set()).add(file))
  }

  /** One that is there already, for a path that somebody has asked for. */
  unknownAt(owner: Owner, method: string, path: readonly string[]): UnknownOperation | null {
    const literal = path.map((text) => ({ kind: 'literal', text }) as const)
    return this.#unknown(owner, method, literal, (segments) => matchesPath(segments, path))
  }

  /** The same, for a template. */
  unknownLike(owner: Owner, method: string, template: readonly Segment[]): UnknownOperation | null {
    return this.#unknown(owner, method, template, (segments) => isWithin(template, segments) || isAlike(template, segments))
  }

  /** Adds to what is there, or is told as something new. */
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

  /** Of a host that the policy has not: one of which somebody has said so, else one that is called by it. */
  ownerAt(host: string, otherwise: string): Owner {
    const there = [...this.services.values()].find(({ owner }) => owner.hosts.includes(host))
    return there?.owner ?? { service: this.newName(otherwise), isKnown: false, hosts: [host] }
  }

  /** What a service that the policy has not is called: not as one that it has, elsewhere. */
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
    // Of several the most specific: the others hold it.
    return found.find((one) => found.every((other) => isWithin(one.segments ?? [], other.segments ?? []))) ?? found[0] ?? null
  }
}

const MOST_NAMES = 100
