/**
 * A synthetic policy as data: what `.iap` text, hand-written JavaScript and the peers' policies are made of, so that all say the same.
 * Services with up to twenty routes, ten rules a route.
 */
import { type Random, randomFrom } from '../../random.ts'

/** `caller`: conditions on claims alone. `mixed`: a third of the rules also ask about parameters or headers. */
export type Variant = 'caller' | 'mixed'

/** One condition. Those of the caller come first: all others read the request. */
export type Clause =
  | { readonly kind: 'level'; readonly least: number }
  | { readonly kind: 'department'; readonly among: readonly string[] }
  | { readonly kind: 'region'; readonly among: readonly string[] }
  | { readonly kind: 'tier'; readonly among: readonly string[] }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'scope'; readonly name: string }
  | { readonly kind: 'own-id' }
  | { readonly kind: 'id-prefix'; readonly prefix: string }
  | { readonly kind: 'page-at-most'; readonly most: number }
  | { readonly kind: 'header-among'; readonly header: string; readonly among: readonly string[] }
  | { readonly kind: 'own-tenant'; readonly header: string }

const OF_CALLER: ReadonlySet<Clause['kind']> = new Set(['level', 'department', 'region', 'tier', 'group', 'scope'])

/** Whether it reads nothing but claims. */
export function isOfCaller(clause: Clause): boolean {
  return OF_CALLER.has(clause.kind)
}

export type Identity = 'staff' | 'partner'

export interface Role {
  readonly name: string
  readonly of: Identity
  readonly when: Clause
}

export interface Rule {
  readonly name: string
  readonly effect: 'permit' | 'forbid'
  /** Names of roles and identities; empty: anyone. */
  readonly to: readonly string[]
  readonly when: readonly Clause[]
  /** Of forbids. */
  readonly because: string | null
}

/** A path is `/v1/RESOURCE` and what its shape adds: nothing, `/{id}`, `/{id}`, `/{id}/pages/{page: int}`. */
export const SHAPES = ['read', 'list', 'change', 'page'] as const
export type Shape = (typeof SHAPES)[number]

export interface Route {
  /** `service.route` */
  readonly name: string
  readonly shape: Shape
  readonly resource: string
  readonly rules: readonly Rule[]
}

export interface Service {
  readonly name: string
  readonly host: string
  readonly routes: readonly Route[]
}

export interface Policy {
  readonly roles: readonly Role[]
  readonly services: readonly Service[]
}

export const DEPARTMENTS = ['sales', 'legal', 'finance', 'support', 'research', 'logistics', 'people', 'security'] as const
export const REGIONS = ['eu', 'us', 'apac', 'latam', 'mea'] as const
export const TIERS = ['gold', 'silver', 'basic'] as const
export const PURPOSES = ['support', 'audit', 'billing', 'research', 'training', 'fraud'] as const
const WORDS = ['orders', 'billing', 'catalog', 'shipping', 'identity', 'search', 'payments', 'reports', 'stock', 'claims']
const RESOURCES = [
  'items',
  'invoices',
  'tickets',
  'customers',
  'contracts',
  'documents',
  'devices',
  'accounts',
  'messages',
  'products',
  'reviews',
  'schedules',
]

const RULES_PER_ROUTE = 10
const ROUTES_PER_SERVICE = 20

/** @param rules a multiple of ten */
export function drawPolicy(rules: number, variant: Variant): Policy {
  if (rules % RULES_PER_ROUTE !== 0) throw new Error(`a policy has a multiple of ${RULES_PER_ROUTE} rules`)
  const random = randomFrom(rules)
  const routes = rules / RULES_PER_ROUTE
  const services = Array.from({ length: Math.ceil(routes / ROUTES_PER_SERVICE) }, (_, index) =>
    drawService(index, Math.min(ROUTES_PER_SERVICE, routes - index * ROUTES_PER_SERVICE), variant, random),
  )
  const manager: Role = { name: 'manager', of: 'staff', when: { kind: 'level', least: 8 } }
  return { roles: [manager, ...services.flatMap(({ name }) => rolesOf(name))], services }
}

function rolesOf(service: string): Role[] {
  return ['reader', 'editor', 'admin'].map((kind) => ({
    name: `${service}_${kind}`,
    of: 'staff',
    when: { kind: 'group', name: `${service}-${kind}s` },
  }))
}

function drawService(index: number, count: number, variant: Variant, random: Random): Service {
  const name = `${WORDS[index % WORDS.length]}${Math.floor(index / WORDS.length)}`
  return {
    name,
    host: `${name}.${random.pick(REGIONS)}.corp.example`,
    routes: Array.from({ length: count }, (_, at): Route => {
      const shape = SHAPES[at % SHAPES.length] as Shape
      const resource = RESOURCES[(index * 5 + Math.floor(at / SHAPES.length)) % RESOURCES.length] as string
      const prefix = `${name}_${shape}_${resource}`
      return { name: `${name}.${shape}_${resource}`, shape, resource, rules: drawRules(name, shape, prefix, variant, random) }
    }),
  }
}

function drawRules(service: string, shape: Shape, prefix: string, variant: Variant, random: Random): Rule[] {
  const mixed = variant === 'mixed'
  const writes = shape === 'change'
  const some = <T>(values: readonly T[]): T[] => [random.pick(values), random.pick(values)].filter(distinct)
  const group = (kind: string): Clause => ({ kind: 'group', name: `${service}-${kind}` })
  const level = (from: number): Clause => ({ kind: 'level', least: from + random.int(3) })
  const asked = (at: number): Clause[] => (mixed ? [ofRequest(shape, at, random)] : [])
  const permit = (to: readonly string[], ...when: Clause[]) => ({ effect: 'permit' as const, to, when, because: null })
  const forbid = (to: readonly string[], because: string, ...when: Clause[]) => ({ effect: 'forbid' as const, to, when, because })

  const drawn = [
    permit([`${service}_reader`], ...(writes ? [level(4)] : []), ...asked(0)),
    permit([`${service}_editor`], ...(random.chance(0.5) ? [level(2)] : [])),
    permit([`${service}_admin`, 'manager']),
    permit(['staff'], { kind: 'department', among: some(DEPARTMENTS) }, level(writes ? 6 : 3), ...asked(1)),
    permit(['staff'], group('auditors'), level(4)),
    permit(['partner'], { kind: 'scope', name: `${service}:${writes ? 'write' : 'read'}` }, ...asked(2)),
    permit(['partner'], { kind: 'tier', among: ['gold'] }, { kind: 'region', among: some(REGIONS) }),
    permit(['staff'], { kind: 'region', among: some(REGIONS) }, level(writes ? 8 : 6)),
    forbid(['staff'], 'The account is suspended there.', group('suspended')),
    mixed
      ? forbid([], 'The old channel is closed.', { kind: 'header-among', header: 'x-channel', among: ['legacy', 'fax'] })
      : forbid(
          ['partner'],
          'Not in this region.',
          { kind: 'region', among: [random.pick(REGIONS)] },
          { kind: 'tier', among: ['basic', 'silver'] },
        ),
  ]
  return drawn.map((rule, at) => ({ name: `${prefix}_${at}`, ...rule }))
}

/** A condition on the request that the route has what it takes for. */
function ofRequest(shape: Shape, at: number, random: Random): Clause {
  const clauses: Clause[] = [
    { kind: 'own-tenant', header: 'x-tenant' },
    { kind: 'header-among', header: 'x-purpose', among: [0, 1, 2].map(() => random.pick(PURPOSES)).filter(distinct) },
  ]
  if (shape !== 'list') clauses.push({ kind: 'own-id' }, { kind: 'id-prefix', prefix: 'pub-' })
  if (shape === 'page') clauses.push({ kind: 'page-at-most', most: 10 * (1 + random.int(9)) })
  return clauses[(at + random.int(clauses.length)) % clauses.length] as Clause
}

function distinct<T>(value: T, at: number, all: readonly T[]): boolean {
  return all.indexOf(value) === at
}
