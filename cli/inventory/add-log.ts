import { parseTemplate, type ServiceModel } from '../../language/index.ts'
import { PathTree } from '../../runtime/proxy/discovery/index.ts'
import { kindOf, type LogRecord, textAt } from '../../runtime/telemetry/audit/query/index.ts'
import type { Inventory } from './inventory.ts'
import { countCallers, type Owner } from './operation.ts'
import { nameAtHost } from './owner-name.ts'
import { PathShape } from './path-shape.ts'
import { NO_HINTS } from './suggest-labels.ts'

/** The maximum number of names, which callers must not be able to exceed. */
const MOST = 2000

/** Requests to a route that the policy no longer has. */
interface Gone {
  readonly owner: Owner
  readonly method: string
  readonly name: string
  readonly shape: PathShape
  readonly callers: Map<string, number>
  readonly sources: Set<string>
  requests: number
}

/** The known parts of a recorded request. */
interface Asked {
  readonly file: string
  readonly method: string
  readonly path: string
  readonly host: string | null
  /** `service.route`, `service` */
  readonly name: string | null
  readonly service: string | null
  readonly caller: string
  readonly isNeeded: boolean
}

/** Adds the requests of an audit log to an inventory, in one pass and with bounded memory. */
export class LogCollector {
  readonly #inventory: Inventory
  /** Hosts that a configuration gave to the policy's services: unrouted requests there are theirs, even earlier in the log. */
  readonly #hosts = new Map<string, Set<string>>()
  readonly #gone = new Map<string, Gone>()
  /** Requests without a path, by name: omitted or redacted ones. */
  readonly #named = new Map<string, { count: number; readonly sources: Set<string> }>()
  /** Requests without a route, by service; under the empty name those for hosts that the policy lacks. */
  readonly #trees = new Map<string, { readonly tree: PathTree; readonly sources: Set<string> }>()

  constructor(inventory: Inventory) {
    this.#inventory = inventory
  }

  add(record: LogRecord, file: string): void {
    if (isAnswered(record)) this.#inventory.hasTraffic = true
    if (kindOf(record) === 'omitted') return void this.#addOmitted(record, file)
    if (kindOf(record) !== 'request') return
    const [name, path, method] = [textAt(record, 'route'), textAt(record, 'path'), textAt(record, 'method')]
    // Built-in endpoints, refused requests, and preflights.
    if ((name === null && record.reason !== 'no-route') || isPreflight(record)) return
    if (path === null || method === null) {
      if (name !== null) this.#count(name, 1, file)
      else this.#inventory.beyond++
      return
    }
    this.#ask({
      ...{ file, name, path, method },
      host: textAt(record, 'host'),
      service: textAt(record, 'service'),
      caller: textAt(record, 'caller.identity') ?? 'anonymous',
      isNeeded: record.effect === 'deny' && record.reason === 'default',
    })
  }

  /**
   * Adds to the inventory the collected requests that no single record could assign to an operation. Must be called after the
   * last record.
   */
  finish(): void {
    const inventory = this.#inventory
    for (const gone of this.#gone.values()) inventory.add({ ...gone, ...this.#drafted(gone) })
    for (const [service, { tree, sources }] of this.#trees) this.#addTree(service, tree, sources)
    for (const [name, { count, sources }] of this.#named) this.#addNamed(name, count, sources)
  }

  #ask(asked: Asked): void {
    const { file, name, path, method, host, caller } = asked
    const inventory = this.#inventory
    const services = this.#servicesOf(asked)
    const segments = path.split('/').slice(1)
    const route = inventory.map.routeOf(services, method, segments)
    if (route !== null) return void inventory.ask(route, { file, count: 1, name, needed: asked.isNeeded ? { [caller]: 1 } : {} })
    const [first] = services
    const owner = first === undefined ? this.#ownerOf(asked) : ownerOf(first)
    const there = owner && inventory.unknownAt(owner, method, segments)
    if (there) {
      there.requests++
      there.sources.add(file)
      there.name ??= name && unqualified(name)
      countCallers(there.callers, { [caller]: 1 })
    } else if (name !== null && owner !== null) this.#addGone(asked, owner, name)
    else this.#addPath(asked, first?.name ?? '', host)
  }

  #servicesOf({ host, service }: Asked): readonly ServiceModel[] {
    const { map } = this.#inventory
    const services = host === null ? [] : map.servicesAt(host)
    if (services.length > 0) return services
    const recorded = service === null ? null : map.service(service)
    if (recorded === null) return []
    if (host !== null) this.#giveHost(host, recorded)
    return [recorded]
  }

  #giveHost(host: string, { name }: ServiceModel): void {
    const known = this.#hosts.get(host)
    if (known !== undefined) known.add(name)
    else if (this.#hosts.size < MOST) this.#hosts.set(host, new Set([name]))
  }

  /** Returns the owner of a service that the policy lacks; null: only the host is known, from a client. */
  #ownerOf({ host, service }: Asked): Owner | null {
    if (service !== null) return { service, isKnown: false, hosts: host === null ? [] : [host] }
    const known = [...this.#inventory.services.values()].find(({ owner }) => host !== null && owner.hosts.includes(host))
    return known?.owner ?? null
  }

  #addGone({ file, method: asked, path, caller }: Asked, owner: Owner, name: string): void {
    const method = covering(asked)
    const key = `${owner.service} ${method} ${name}`
    const known = this.#gone.get(key)
    if (known === undefined && this.#gone.size >= MOST) {
      this.#inventory.beyond++
      return
    }
    const gone: Gone = known ?? {
      ...{ owner, method, name: unqualified(name), shape: new PathShape(), requests: 0 },
      ...{ callers: new Map(), sources: new Set() },
    }
    this.#gone.set(key, gone)
    gone.requests++
    gone.shape.add(path)
    gone.sources.add(file)
    countCallers(gone.callers, { [caller]: 1 })
  }

  #addPath({ file, method, path, caller }: Asked, service: string, host: string | null): void {
    const known = this.#trees.get(service) ?? { tree: new PathTree(), sources: new Set<string>() }
    this.#trees.set(service, known)
    known.sources.add(file)
    // The hosts of the policy's services are known.
    known.tree.add(service === '' ? (host ?? '') : 'localhost', covering(method), path, caller)
  }

  #addOmitted({ of }: LogRecord, file: string): void {
    for (const each of Array.isArray(of) ? (of as readonly LogRecord[]) : []) {
      const { route, count } = each ?? {}
      if (typeof route === 'string' && typeof count === 'number') this.#count(route, count, file)
    }
  }

  #count(name: string, count: number, file: string): void {
    const known = this.#named.get(name)
    if (known === undefined && this.#named.size >= MOST) {
      this.#inventory.beyond += count
      return
    }
    const counted = known ?? { count: 0, sources: new Set<string>() }
    this.#named.set(name, counted)
    counted.count += count
    counted.sources.add(file)
  }

  #drafted({ shape, method }: Pick<Gone, 'shape' | 'method'>) {
    const template = shape.template()
    const parsed = parseTemplate(template)
    const segments = parsed.ok ? parsed.segments : null
    return {
      methods: methodsOf(method),
      template: parsed.ok ? template : null,
      segments,
      summary: null,
      body: null,
      hints: NO_HINTS,
    }
  }

  #addTree(service: string, tree: PathTree, sources: ReadonlySet<string>): void {
    const inventory = this.#inventory
    inventory.beyond += tree.beyond
    const given = service === '' ? this.#given() : new Map<string, readonly ServiceModel[]>()
    const known = service === '' ? null : inventory.map.service(service)
    for (const { host, method, template, count, callers } of tree.templates()) {
      const parsed = parseTemplate(template)
      if (!parsed.ok)
        throw new Error(`\`${template}\` was drafted but is not a template: ${parsed.why}; this is a bug in iap, report it`)
      const { segments } = parsed
      const services = known === null ? (given.get(host) ?? []) : [known]
      const route = known === null ? inventory.map.routeFor(services, method, segments, false) : null
      if (route !== null) {
        const [file = ''] = sources
        inventory.ask(route, { file, count, name: null })
        continue
      }
      const [first] = services
      inventory.add({
        owner: first === undefined ? inventory.ownerAt(host, nameAtHost(host)) : ownerOf(first),
        ...{ methods: methodsOf(method), template, segments, name: null, summary: null, body: null, hints: NO_HINTS },
        ...{ requests: count, callers: new Map(Object.entries(callers)), sources: new Set(sources) },
      })
    }
  }

  /** Returns the policy's services by configured host, in the form of `PathTree` templates. */
  #given(): ReadonlyMap<string, readonly ServiceModel[]> {
    const given = new Map<string, Set<string>>()
    for (const [host, names] of this.#hosts) {
      const tree = new PathTree()
      tree.add(host, 'GET', '/', 'anonymous')
      for (const { host: written } of tree.templates()) given.set(written, new Set([...(given.get(written) ?? []), ...names]))
    }
    const { services } = this.#inventory.map.model
    return new Map([...given].map(([host, names]) => [host, services.filter(({ name }) => names.has(name))]))
  }

  /** Adds a service of which only the name is known. */
  #addNamed(name: string, count: number, sources: ReadonlySet<string>): void {
    const inventory = this.#inventory
    const route = inventory.routeNamed(name) ?? inventory.renamed(name)
    const [file = ''] = sources
    if (route !== null) return void inventory.ask(route, { file, count, name: null })
    const [service = '', own = ''] = [name.slice(0, name.indexOf('.')), unqualified(name)]
    const there = inventory.unknown.find((one) => one.owner.service === service && one.name === own)
    if (there !== undefined) {
      there.requests += count
      return
    }
    const isKnown = inventory.map.service(service) !== null
    inventory.add({
      owner: { service, isKnown, hosts: [] },
      ...{ methods: ['ANY'], template: null, segments: null, name: own, summary: null, body: null, hints: NO_HINTS },
      ...{ requests: count, callers: new Map(), sources: new Set(sources) },
    })
  }
}

/** Returns whether an audit record proves traffic: it is about an answered request, or counts requests that were not recorded. */
export function isAnswered(record: LogRecord): boolean {
  const kind = kindOf(record)
  return kind === 'omitted' || (kind === 'request' && typeof record.effect === 'string')
}

/** A route for `GET` includes `HEAD`; a `HEAD` without a route does not show that it stands alone. */
function covering(method: string): string {
  return method === 'HEAD' ? 'GET' : method
}

/** Returns the methods of a route for an observed method. A route for `GET` also serves `HEAD`, so either method gives both. */
export function methodsOf(method: string): readonly string[] {
  return method === 'GET' || method === 'HEAD' ? ['GET', 'HEAD'] : [method]
}

export function ownerOf({ name }: ServiceModel): Owner {
  return { service: name, isKnown: true, hosts: [] }
}

export function unqualified(name: string): string {
  return name.slice(name.indexOf('.') + 1)
}

/** Whether the proxy answered a preflight: permitted by no rule, or refused as one. */
function isPreflight({ effect, rules, code, method }: LogRecord): boolean {
  return method === 'OPTIONS' && (code === 'cors-refused' || (effect === 'permit' && Array.isArray(rules) && rules.length === 0))
}
