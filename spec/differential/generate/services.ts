/** Services and routes that the checker does not find ambiguous, and that overlap as much as they may. */
import type { Type } from '../../../language/index.ts'
import { quote } from './constants.ts'
import { OPENAPI, SCHEMAS } from './documents.ts'
import type { Random } from './random.ts'
import * as t from './types.ts'

export interface WorldRoute {
  readonly service: string
  readonly name: string
  readonly labels: readonly string[]
  readonly params: t.Fields
  readonly query: t.Fields | null
  readonly body: Type | null
}

export interface WorldService {
  readonly name: string
  readonly text: string
  readonly routes: readonly WorldRoute[]
  /** Names of the documents that it imports. */
  readonly documents: readonly string[]
}

/** Templates below one literal segment of which any two are disjoint or nested, with their parameters. */
const FAMILIES: readonly (readonly string[])[] = [
  ['', '/', '/new', '/{id: int}', '/{id}', '/{id}/x', '/{id}/{sub}', '/{rest...}'],
  ['', '/{n: int}', '/{n: int}/{m: int}', '/{a}/{b}', '/{a}/{rest...}', '/{rest...}'],
  ['', '/', '/{name}.pdf', '/draft-{name}.pdf', '/{name}', '/{name}/', '/{name}/{sub}'],
  ['/v{n: int}', '/v{name}', '/{name}', '/{name}/{m: int}', '/{a}/{b}', '/{a}/{b}/{rest...}'],
  ['/a+b', '/~z', '/\u00e9', '/{id: int}', '/{id}', '/{id}/', '/{rest...}'],
]

const HOSTS: readonly (readonly string[])[] = [
  ['api.example'],
  ['shop.example', 'www.shop.example'],
  ['*.wild.example'],
  ['{tenant}.app.example'],
  ['one.app.example'],
  ['both.example', '*.both.example'],
]

/** Of one template: one route, or two that do not take a method from each other. */
const METHODS: readonly (readonly string[])[] = [
  ...[['GET'], ['GET'], ['GET, POST'], ['ANY'], ['GET', 'ANY'], ['GET', 'POST, "M-SEARCH"'], ['POST', 'ANY'], ['HEAD']],
  ...[['POST'], ['PUT, PATCH'], ['POST', 'GET']],
]

const QUERY = t.fields({
  q: t.STRING,
  'page?': t.INT,
  'ratio?': t.DOUBLE,
  flag: t.BOOL,
  'since?': t.TIMESTAMP,
  'span?': t.DURATION,
  'peer?': t.IP,
  'net?': t.CIDR,
  'tier?': t.TIER,
  tags: t.set(t.STRING),
  'ids?': t.list(t.INT),
  'moods?': t.list(t.oneOf('on', 'off')),
  'days?': t.set(t.TIMESTAMP),
})
const QUERY_NAMES: Readonly<Record<string, string>> = { page: 'page-no', tags: 'tag', peer: 'constructor' }

const BODY = t.fields({
  amount: t.INT,
  price: t.DOUBLE,
  currency: t.oneOf('EUR', 'USD'),
  'reason?': t.STRING,
  due: t.TIMESTAMP,
  'wait?': t.DURATION,
  'target?': t.IP,
  zone: t.CIDR,
  urgent: t.BOOL,
  items: t.list(t.ITEM),
  tags: t.set(t.STRING),
  'sizes?': t.list(t.INT),
  by: t.map(t.INT),
  'ship_to?': t.ADDRESS,
  'more?': t.map(t.list(t.STRING)),
})
/** Bodies that are no records. */
const VALUES: readonly Type[] = [t.list(t.INT), t.STRING, t.INT, t.TIER, t.map(t.INT), t.set(t.STRING), t.list(t.ITEM), t.TIER]

export class ServiceGenerator {
  readonly #random: Random
  readonly #labels: readonly string[]
  readonly #aliases: ReadonlyMap<string, Type>

  constructor(random: Random, labels: readonly string[], aliases: ReadonlyMap<string, Type>) {
    this.#random = random
    this.#labels = labels
    this.#aliases = aliases
  }

  services(): WorldService[] {
    const random = this.#random
    const hosts = random.sample(HOSTS, random.pick([1, 1, 2]))
    const services = hosts.map((names, at) => this.#service(['api', 'shop'][at] as string, names))
    if (random.chance(0.12)) services.push(this.#imported())
    return services
  }

  #service(name: string, hosts: readonly string[]): WorldService {
    const random = this.#random
    const own = random.some(this.#labels, 0.15)
    const lines: string[] = []
    const routes: WorldRoute[] = []
    const documents = new Set<string>()
    const add = (line: (name: string) => string, route: Omit<WorldRoute, 'service' | 'name' | 'labels'>): void => {
      const is = random.some(this.#labels, 0.35).filter((label) => !own.includes(label))
      const named = `r${routes.length}`
      lines.push(`  ${line(named)}${is.length > 0 ? ` is ${is.join(', ')}` : ''}`)
      routes.push({ ...route, service: name, name: named, labels: [...own, ...is] })
    }
    const tenant = hosts[0]?.startsWith('{') ? { tenant: t.STRING } : {}
    const isAtRoot = random.chance(0.2)
    const base = isAtRoot ? '' : '/a'
    for (const template of new Set(random.sample(random.pick(FAMILIES), random.int(1, 3)).map((one) => base + one || '/'))) {
      for (const methods of random.pick(METHODS)) {
        const query = random.chance(0.35) ? this.#query() : null
        const body = !/GET|HEAD/.test(methods) && random.chance(0.6) ? this.#body() : null
        if (body?.document !== undefined) documents.add(body.document)
        const clauses = [
          ...(query === null ? [] : [`query { ${t.printFields(query, this.#aliases).join(', ')} }`]),
          ...(body === null ? [] : [`body ${body.text}`]),
        ]
        const params = t.fields({ ...tenant, ...paramsOf(template) })
        const line = (name: string) => [`route ${name} ${methods} ${quote(template)}`, ...clauses].join(' ')
        add(line, { params, query, body: body?.type ?? null })
      }
    }
    if (random.chance(0.2)) add((name) => `rpc ${name} "pkg.Service/Do"`, { params: t.fields(tenant), query: null, body: null })
    const is = own.length > 0 ? ` is ${own.join(', ')}` : ''
    const text = `service ${name} at ${hosts.map(quote).join(', ')}${is} {\n${lines.join('\n')}\n}`
    return { name, text, routes, documents: [...documents] }
  }

  #query(): t.Fields {
    const random = this.#random
    const names = random.sample([...QUERY.keys()], random.int(1, 3))
    const query = new Map(
      names.map((name) => {
        const shape = QUERY.get(name) as t.Shape
        const key = QUERY_NAMES[name]
        return [name, key !== undefined && random.chance(0.5) ? { ...shape, path: [key] } : shape]
      }),
    )
    // What routes do not agree about.
    if (random.chance(0.15)) query.set('mixed', { type: random.pick([t.INT, t.STRING]), optional: true, path: ['mixed'] })
    return query
  }

  #body(): { readonly type: Type; readonly text: string; readonly document?: string } {
    const random = this.#random
    const of = (type: Type) => ({ type, text: t.printType(type, this.#aliases) })
    return random.way([
      [6, () => of({ kind: 'record', fields: this.#bodyFields(), open: random.chance(0.2) })],
      [2, () => of(t.ORDER)],
      [5, () => of(random.pick(VALUES))],
      [
        1.2,
        () => {
          const { file, type } = random.pick(SCHEMAS)
          return { type, text: `schema ${quote(`./${file}`)}`, document: file }
        },
      ],
    ])
  }

  #bodyFields(): t.Fields {
    const names = this.#random.sample([...BODY.keys()], this.#random.int(1, 4))
    return new Map(names.map((name) => [name, BODY.get(name) as t.Shape]))
  }

  #imported(): WorldService {
    const name = 'things'
    const routes = Object.entries(OPENAPI.operations).map(([route, { params, query, body }]): WorldRoute => {
      return { service: name, name: route, labels: this.#random.some(this.#labels, 0.4), params: t.fields(params), query, body }
    })
    const lines = routes.filter(({ labels }) => labels.length > 0).map(({ name, labels }) => `  ${name} is ${labels.join(', ')}`)
    const text = `service ${name} at "things.example" from openapi ${quote(`./${OPENAPI.file}`)} {\n${lines.join('\n')}\n}`
    return { name, text, routes, documents: [OPENAPI.file] }
  }
}

function paramsOf(template: string): Readonly<Record<string, Type>> {
  return Object.fromEntries(
    [...template.matchAll(/\{(\w+)(: int|\.\.\.)?\}/g)].map(([, name = '', type]) => [name, type === ': int' ? t.INT : t.STRING]),
  )
}
