/** Identities with claims of every type. Those that share a claim mostly have it with one type. */
import type { FieldShape, Type } from '../../../language/index.ts'
import type { Random } from './random.ts'
import * as t from './types.ts'

export interface WorldIdentity {
  readonly name: string
  readonly methods: readonly string[]
  readonly claims: t.Fields
  /** What conditions read. */
  readonly fields: t.Fields
}

const CLAIMS = t.fields({
  n: t.INT,
  m: t.INT,
  'level?': t.INT,
  x: t.DOUBLE,
  'y?': t.DOUBLE,
  s: t.STRING,
  when: t.STRING,
  'nick?': t.STRING,
  tier: t.TIER,
  'mood?': t.oneOf('on', 'off'),
  flag: t.BOOL,
  'ready?': t.BOOL,
  hired: t.TIMESTAMP,
  'until?': t.TIMESTAMP,
  ttl: t.DURATION,
  'grace?': t.DURATION,
  desk: t.IP,
  'host?': t.IP,
  net: t.CIDR,
  'vpn?': t.CIDR,
  counts: t.list(t.INT),
  names: t.list(t.STRING),
  rates: t.list(t.DOUBLE),
  flags: t.list(t.BOOL),
  shifts: t.list(t.DURATION),
  nets: t.list(t.CIDR),
  words: t.set(t.STRING),
  'nums?': t.set(t.INT),
  weights: t.set(t.DOUBLE),
  switches: t.set(t.BOOL),
  tags: t.set(t.oneOf('a', 'b', 'admin')),
  days: t.set(t.TIMESTAMP),
  hosts: t.set(t.IP),
  quotas: t.map(t.INT),
  'attrs?': t.map(t.STRING),
  nested: t.map(t.list(t.STRING)),
  deep: t.map(t.map(t.INT)),
  visits: t.map(t.TIMESTAMP),
  address: t.ADDRESS,
  'home?': t.ADDRESS,
  history: t.list(t.record({ at: t.INT, 'note?': t.STRING })),
  'cart?': t.list(t.ITEM),
  scope: t.set(t.STRING),
  'scp?': t.list(t.STRING),
})
/** Of the same pool, under the names that others give them. */
const FOREIGN: Readonly<Record<string, readonly [Type, boolean, ...(readonly string[])]>> = {
  groups: [t.set(t.STRING), false, 'cognito:groups'],
  realm: [t.set(t.STRING), false, 'realm_access', 'roles'],
  dept: [t.STRING, true, 'org', 'unit', 'dept'],
  proto: [t.STRING, true, '__proto__'],
}
/** What identities disagree about. */
const DIFFERING: Readonly<Record<string, readonly Type[]>> = {
  kind: [t.STRING, t.INT],
  rank: [t.INT, t.oneOf('high', 'low')],
}
const POOL: t.Fields = new Map([
  ...CLAIMS,
  ...Object.entries(FOREIGN).map(([name, [type, optional, ...path]]) => [name, { type, optional, path }] as const),
])

const CERTIFICATE = t.fields({ spiffe_id: t.STRING, trust_domain: t.STRING, path: t.STRING, dns_names: t.list(t.STRING) })

export function generateIdentity(random: Random, name: string): WorldIdentity {
  const methods = random.way<readonly string[]>([
    [7, () => ['jwt']],
    [4, () => ['oidc']],
    [2, () => ['oauth2']],
    [1, () => ['saml', 'oidc']],
    [4, () => ['mtls']],
    [2, () => ['api_key']],
    [1, () => ['jwt', 'mtls']],
    [1, () => ['custom']],
  ])
  const isByCertificate = methods.length === 1 && methods[0] === 'mtls'
  const names = random.sample([...POOL.keys()], isByCertificate ? random.int(0, 3) : random.int(4, 8))
  const claims = new Map(names.map((name) => [name, POOL.get(name) as FieldShape]))
  for (const [name, types] of Object.entries(DIFFERING))
    if (random.chance(0.3)) claims.set(name, { type: random.pick(types), optional: random.chance(0.3), path: [name] })
  return { name, methods, claims, fields: new Map([...claims, ...(isByCertificate ? CERTIFICATE : [])]) }
}

/** `identity staff via jwt { … }` */
export function printIdentity({ name, methods, claims }: WorldIdentity, aliases: ReadonlyMap<string, Type>): string {
  const head = `identity ${name} via ${methods.join(', ')}`
  if (claims.size === 0) return head
  return `${head} {\n${t
    .printFields(claims, aliases)
    .map((line) => `  ${line}`)
    .join('\n')}\n}`
}
