/** What a generated policy declares, as far as its conditions have to know it. */
import { type FieldShape, type RecordShape, showType, type Type } from '../../language/index.ts'
import type { Random } from './random.ts'

export interface WorldIdentity {
  readonly name: string
  readonly methods: string
  readonly claims: ReadonlyMap<string, FieldShape>
  /** What conditions read. */
  readonly fields: ReadonlyMap<string, FieldShape>
}

export interface WorldRole {
  readonly name: string
  readonly identities: readonly WorldIdentity[]
  /** Whether all callers of its identities have it. */
  readonly always: boolean
}

export interface WorldRoute {
  readonly service: string
  readonly name: string
  readonly labels: readonly string[]
  readonly params: ReadonlyMap<string, 'int' | 'string'>
}

const BOOL: Type = { kind: 'bool' }
const INT: Type = { kind: 'int' }
const DOUBLE: Type = { kind: 'double' }
const STRING: Type = { kind: 'string' }
const list = (element: Type): Type => ({ kind: 'list', element })
const set = (element: Type): Type => ({ kind: 'set', element })
const map = (value: Type): Type => ({ kind: 'map', value })
const literals = (...values: readonly string[]): Type => ({ kind: 'literals', values: [...values].sort() })

function field(type: Type, optional = false, ...path: readonly string[]): Omit<FieldShape, 'path'> & { path: readonly string[] } {
  return { type, optional, path }
}

function record(fields: Readonly<Record<string, FieldShape>>): RecordShape {
  return { kind: 'record', fields: new Map(Object.entries(fields)), open: false }
}

const GEO = record({ lat: field(DOUBLE), spot: field(STRING, true) })
/** Types that a policy may give a name to. */
export const ALIASES: ReadonlyMap<string, Type> = new Map([
  ['Geo', GEO],
  ['Address', record({ city: field(STRING), no: field(INT), zip: field(STRING, true), geo: field(GEO, true) })],
  ['Tier', literals('gold', 'silver', 'lead')],
])

/** Claims by name. Identities that have one of a name have it with this type. */
const CLAIMS: Readonly<Record<string, FieldShape>> = {
  n: field(INT),
  m: field(INT),
  level: field(INT, true),
  x: field(DOUBLE),
  y: field(DOUBLE, true),
  s: field(STRING),
  when: field(STRING),
  nick: field(STRING, true),
  tier: field(ALIASES.get('Tier') as Type),
  mood: field(literals('on', 'off'), true),
  flag: field(BOOL),
  ready: field(BOOL, true),
  counts: field(list(INT)),
  names: field(list(STRING)),
  rates: field(list(DOUBLE)),
  flags: field(list(BOOL)),
  words: field(set(STRING)),
  nums: field(set(INT), true),
  weights: field(set(DOUBLE)),
  switches: field(set(BOOL)),
  tags: field(set(literals('a', 'b', 'admin'))),
  limits: field(map(INT)),
  attrs: field(map(STRING), true),
  nested: field(map(list(STRING))),
  address: field(ALIASES.get('Address') as Type),
  home: field(ALIASES.get('Address') as Type, true),
  history: field(list(record({ at: field(INT), note: field(STRING, true) }))),
  scope: field(set(STRING)),
  scp: field(list(STRING), true),
  groups: field(set(STRING), false, 'cognito:groups'),
  realm: field(set(STRING), false, 'realm_access', 'roles'),
  dept: field(STRING, true, 'org', 'unit', 'dept'),
}

const CERTIFICATE: Readonly<Record<string, FieldShape>> = {
  spiffe_id: field(STRING),
  trust_domain: field(STRING),
  path: field(STRING),
  dns_names: field(list(STRING)),
}

export function generateIdentity(random: Random, name: string): WorldIdentity {
  const methods = random.way<string>([
    [16, () => 'jwt'],
    [3, () => 'mtls'],
    [1, () => 'jwt, mtls'],
  ])
  const mtls = methods === 'mtls'
  const names = random.sample(Object.keys(CLAIMS), mtls ? random.int(1, 4) : random.int(8, 16))
  const claims = new Map(
    names.map((name): [string, FieldShape] => {
      const shape = CLAIMS[name] as FieldShape
      return [name, { ...shape, path: shape.path.length === 0 ? [name] : shape.path }]
    }),
  )
  return { name, methods, claims, fields: new Map([...claims, ...(mtls ? Object.entries(CERTIFICATE) : [])]) }
}

/** `identity staff via jwt { … }`. Types that `aliases` names are written by name. */
export function printIdentity({ name, methods, claims }: WorldIdentity, aliases: ReadonlyMap<string, Type>): string {
  const fields = [...claims].map(([claim, { type, optional, path }]) => {
    const from = path.length === 1 && path[0] === claim ? '' : ` from ${path.map((part) => JSON.stringify(part)).join(' ')}`
    return `  ${claim}${optional ? '?' : ''}${from}: ${printType(type, aliases)}`
  })
  return `identity ${name} via ${methods} {\n${fields.join('\n')}\n}`
}

export function printType(type: Type, aliases: ReadonlyMap<string, Type>): string {
  for (const [name, alias] of aliases) if (alias === type) return name
  return showType(type)
}
