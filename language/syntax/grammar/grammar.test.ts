import { expect, test } from 'vitest'
import { parse } from '../../parse.ts'
import type { Declaration, File } from '../ast.ts'

/** The tree without spans, names and texts as their contents. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const { span: _, kind, ...rest } = value as Record<string, unknown>
  if (kind === 'Name') return rest.text
  if (kind === 'Text') return { text: rest.value }
  const entries = Object.entries(rest).map(([key, held]) => [key, plain(held)])
  return Object.fromEntries(kind === undefined ? entries : [['kind', kind], ...entries])
}

function valid(text: string): File {
  const { result, diagnostics } = parse({ name: 'a.iap', text })
  expect(diagnostics).toEqual([])
  expect(result.brokenNames).toEqual([])
  return result
}

function declared(text: string): unknown {
  const { declarations } = valid(text)
  expect(declarations).toHaveLength(1)
  return plain(declarations[0])
}

const kindsOf = (declarations: readonly Declaration[]) => declarations.map(({ kind }) => kind)

test('an empty text, and one of comments alone', () => {
  expect(valid('')).toMatchObject({ imports: [], declarations: [], span: { start: 0, end: 0 } })
  expect(valid('// nothing\n/* here */')).toMatchObject({ imports: [], declarations: [] })
})

test('imports', () => {
  const { imports } = valid('import { a, type, role, } from "./x.iap"\nimport {b} from \'../y.iap\'')
  expect(plain(imports)).toEqual([
    { kind: 'Import', names: ['a', 'type', 'role'], from: { text: './x.iap' } },
    { kind: 'Import', names: ['b'], from: { text: '../y.iap' } },
  ])
})

test('types', () => {
  expect(declared('type Id = string')).toEqual({ kind: 'TypeDeclaration', name: 'Id', type: named('string'), doc: null })
  expect(declared('type T = map<string, set<list<int>>>')).toMatchObject({
    type: generic('map', named('string'), generic('set', generic('list', named('int')))),
  })
  expect(declared('type C = "EUR" | \'USD\'')).toMatchObject({
    type: { kind: 'LiteralsType', values: [{ text: 'EUR' }, { text: 'USD' }] },
  })
})

test('records: commas may be left out at the ends of lines, and stand at the end', () => {
  const a = field('a', named('int'))
  const b = { ...field('b', named('string')), optional: true }
  for (const body of [
    '{ a: int, b?: string }',
    '{ a: int, b?: string, }',
    '{\n  a: int\n  b?: string\n}',
    '{ a: int,\n\n b ? : string\n, }',
  ]) {
    expect(declared(`type T = ${body}`)).toMatchObject({ type: { kind: 'RecordType', fields: [a, b], open: false } })
  }
  for (const body of ['{ a: int, ... }', '{ a: int\n ...\n}']) {
    expect(declared(`type T = ${body}`)).toMatchObject({ type: { fields: [a], open: true } })
  }
  expect(declared('type T = {}')).toMatchObject({ type: { fields: [], open: false } })
  expect(declared('type T = { ... }')).toMatchObject({ type: { fields: [], open: true } })
  expect(declared('type T = { a: { b: { c: int } } }')).toMatchObject({
    type: { fields: [{ name: 'a', type: { fields: [{ name: 'b', type: { fields: [field('c', named('int'))] } }] } }] },
  })
})

test('identities', () => {
  expect(declared('identity workload via mtls')).toEqual({
    kind: 'IdentityDeclaration',
    name: 'workload',
    methods: ['mtls'],
    claims: [],
    doc: null,
  })
  const text =
    'identity staff via oidc, jwt {\n  groups from "cognito:groups": set<string>\n  roles? from "realm_access" "roles": set<string>\n}'
  expect(declared(text)).toMatchObject({
    methods: ['oidc', 'jwt'],
    claims: [
      { name: 'groups', optional: false, from: [{ text: 'cognito:groups' }] },
      { name: 'roles', optional: true, from: [{ text: 'realm_access' }, { text: 'roles' }] },
    ],
  })
})

test('roles and labels', () => {
  expect(declared('role admin of staff, partner')).toEqual({
    kind: 'RoleDeclaration',
    name: 'admin',
    of: ['staff', 'partner'],
    when: null,
    doc: null,
  })
  expect(declared('role admin of staff when true')).toMatchObject({ when: { kind: 'BoolLiteral', value: true } })
  expect(declared('label pii')).toEqual({ kind: 'LabelDeclaration', name: 'pii', doc: null })
})

test('services and routes', () => {
  const text = `service orders at "orders.shop.example", '*.shop.example' is internal, pii {
    route list GET "/orders"
    /// Reads one.
    route read GET, HEAD, "M-SEARCH" "/orders/{id: int}" is pii, money
  }`
  expect(declared(text)).toEqual({
    kind: 'ServiceDeclaration',
    name: 'orders',
    hosts: [{ text: 'orders.shop.example' }, { text: '*.shop.example' }],
    labels: ['internal', 'pii'],
    routes: [
      { kind: 'RouteDeclaration', name: 'list', methods: ['GET'], template: { text: '/orders' }, labels: [], doc: null },
      {
        kind: 'RouteDeclaration',
        name: 'read',
        methods: ['GET', 'HEAD', { text: 'M-SEARCH' }],
        template: { text: '/orders/{id: int}' },
        labels: ['pii', 'money'],
        doc: 'Reads one.',
      },
    ],
    doc: null,
  })
  expect(declared('service s at "h" {}')).toMatchObject({ routes: [] })
})

test('rules: clauses in any order', () => {
  const text = 'permit p because "no" when a unless b to staff, support except label pii on *, orders.*, orders.read when c'
  expect(declared(text)).toEqual({
    kind: 'RuleDeclaration',
    effect: 'permit',
    name: 'p',
    on: [
      { kind: 'AllTarget' },
      { kind: 'ServiceTarget', service: 'orders' },
      { kind: 'RouteTarget', service: 'orders', route: 'read' },
    ],
    except: [{ kind: 'LabelTarget', label: 'pii' }],
    to: ['staff', 'support'],
    conditions: [
      { kind: 'Condition', unless: false, expression: { kind: 'Identifier', name: 'a' } },
      { kind: 'Condition', unless: true, expression: { kind: 'Identifier', name: 'b' } },
      { kind: 'Condition', unless: false, expression: { kind: 'Identifier', name: 'c' } },
    ],
    because: { text: 'no' },
    doc: null,
  })
  expect(declared('forbid f on *')).toMatchObject({ effect: 'forbid', to: null, conditions: [], because: null })
})

test('tests', () => {
  const text = `test "all" {
    as staff { sub: "mia", "groups": ["a", "b",], level: 4, n: -1.5e2, t: true, f: false, no: null, o: {}, }
    POST "https://orders.shop.example/orders"
    header "a": "1", "b": "2"
    header "c": "3"
    at timestamp("2026-03-02T09:00:00Z") from "10.1.2.3"
    expect permit by managers_refund
  }`
  const scalar = (value: unknown) => ({ kind: 'JsonScalar', value })
  expect(declared(text)).toEqual({
    kind: 'TestDeclaration',
    name: { text: 'all' },
    caller: {
      identity: 'staff',
      claims: {
        kind: 'JsonObject',
        members: [
          { key: 'sub', value: scalar('mia') },
          { key: { text: 'groups' }, value: { kind: 'JsonArray', elements: [scalar('a'), scalar('b')] } },
          { key: 'level', value: scalar(4) },
          { key: 'n', value: scalar(-150) },
          { key: 't', value: scalar(true) },
          { key: 'f', value: scalar(false) },
          { key: 'no', value: scalar(null) },
          { key: 'o', value: { kind: 'JsonObject', members: [] } },
        ],
      },
    },
    method: 'POST',
    url: { text: 'https://orders.shop.example/orders' },
    headers: [
      { name: { text: 'a' }, value: { text: '1' } },
      { name: { text: 'b' }, value: { text: '2' } },
      { name: { text: 'c' }, value: { text: '3' } },
    ],
    at: { text: '2026-03-02T09:00:00Z' },
    from: { text: '10.1.2.3' },
    expect: { kind: 'Expectation', effect: 'permit', by: 'managers_refund', status: null },
    doc: null,
  })
})

test.each([
  ['expect deny', { effect: 'deny', by: null, status: null }],
  ['expect deny by default', { effect: 'deny', by: 'default' }],
  ['expect deny by no-route', { effect: 'deny', by: 'no-route' }],
  ['expect deny by no', { effect: 'deny', by: 'no' }],
  ['expect unauthenticated', { effect: 'unauthenticated' }],
  ['expect challenge', { effect: 'challenge' }],
  ['expect reject 400', { effect: 'reject', status: 400, by: null }],
])('%s', (expectation, expected) => {
  for (const caller of ['', 'as anonymous ']) {
    const test = declared(`test "t" { ${caller}GET "https://x/" ${expectation} }`)
    expect(test).toMatchObject({ caller: null, headers: [], at: null, from: null, expect: expected })
  }
})

test('what documents a declaration stands before it, annotated or not', () => {
  const text = '/// A.\n/// More.\nlabel a\nlabel b\n/// C.\npermit c on *\n/// not of the clause\n to x\n/// The end.'
  const { declarations } = valid(text)
  expect(declarations.map(({ doc }) => doc)).toEqual(['A.\nMore.', null, 'C.'])
  const { result } = parse({ name: 'a.iap', text: '/// D.\n@was("e")\nlabel d' })
  expect(result.declarations[0]?.doc).toBe('D.')
})

test('a keyword is a name wherever a name stands', () => {
  const words = [
    'type',
    'identity',
    'role',
    'label',
    'service',
    'permit',
    'forbid',
    'test',
    'data',
    'def',
    'invariant',
    'shadow',
    'from',
    'via',
  ]
  words.push(
    'of',
    'at',
    'is',
    'route',
    'rpc',
    'query',
    'body',
    'on',
    'except',
    'to',
    'when',
    'unless',
    'because',
    'require',
    'limit',
    'header',
  )
  words.push('expect', 'by', 'timestamp', 'default', 'has', 'list', 'set', 'map')
  for (const word of words) {
    const text = `
import { ${word}, ${word} } from "./x.iap"
type ${word} = { ${word}: ${word}, ${word}?: list<${word}> }
identity ${word} via ${word}, ${word} {
  ${word}: ${word}
  ${word}? from "x": ${word}
  ${word}: { ${word}: ${word} }
}
role ${word} of ${word}, ${word} when caller.${word} == ${word}.${word}.${word} && caller is ${word}
label ${word}
service ${word} at "h" is ${word}, ${word} {
  route ${word} GET "/${word}" is ${word}, ${word}
  route ${word} GET "/"
}
permit ${word}
  on label ${word}, ${word}.${word}, ${word}.*
  except ${word}.${word}
  to ${word}, ${word}
  when caller.${word} && ${word}.${word}(${word}) in [${word}, ${word}]
  unless ${word}.${word}
forbid ${word} on ${word}.${word} to ${word} when caller.${word} because "x"
test "${word}" {
  as ${word} { ${word}: 1 }
  GET "https://x/"
  expect permit by ${word}
}
test "${word}" { as ${word} {
  ${word}: 1,
  "x": 2
} GET "https://x/" expect permit by ${word} }`
    const { declarations, imports } = valid(text)
    expect(imports).toHaveLength(1)
    expect(kindsOf(declarations)).toEqual([
      ...['TypeDeclaration', 'IdentityDeclaration', 'RoleDeclaration', 'LabelDeclaration', 'ServiceDeclaration'],
      ...['RuleDeclaration', 'RuleDeclaration', 'TestDeclaration', 'TestDeclaration'],
    ])
  }
})

test('a whole file may stand on one line', () => {
  const text = `type T = int identity a via jwt { b: T } role c of a when true label d service e at "h" { route f GET "/" is d route g GET "/g" }
    permit h on e.f to a when caller.b == 1 forbid i on label d unless true test "t" { GET "https://h/" expect deny } label z`
  expect(valid(text.replaceAll('\n', ' ')).declarations).toHaveLength(9)
})

test('line breaks and indentation do not matter', () => {
  const text = 'permit\na\non\nx\n.\ny\nto\nz\nwhen\ncaller\n.\nlevel\n>\n1\nforbid b on x.y'
  expect(kindsOf(valid(text).declarations)).toEqual(['RuleDeclaration', 'RuleDeclaration'])
})

test('types and JSON nest 200 deep at most, however deep they are', () => {
  const shapes: ((depth: number) => string)[] = [
    (n) => `type T = ${'list<'.repeat(n)}int${'>'.repeat(n)}`,
    (n) => `type T = ${'{ a: '.repeat(n)}int${' }'.repeat(n)}`,
    (n) => `test "t" { as a { x: ${'['.repeat(n)}1${']'.repeat(n)} }\nGET "https://x/"\nexpect deny }`,
    (n) => `test "t" { as a { x: ${'{ y: '.repeat(n)}1${' }'.repeat(n)} }\nGET "https://x/"\nexpect deny }`,
  ]
  for (const shape of shapes) {
    const codes = (depth: number) => parse({ name: 'a.iap', text: shape(depth) }).diagnostics.map(({ code }) => code)
    expect(codes(200)).toEqual([])
    expect(codes(201)).toEqual(['IAP1008'])
    expect(codes(50_000)).toEqual(['IAP1008'])
  }
})

test('ten thousand rules are read in about a second', () => {
  const rules = Array.from(
    { length: 10_000 },
    (_, at) =>
      `permit rule_${at}\n  on orders.read_${at}, label pii\n  to staff\n  when caller.level >= ${at} && "a" in caller.groups\n`,
  )
  const start = performance.now()
  expect(valid(rules.join('\n')).declarations).toHaveLength(10_000)
  // Ten times what it takes, as the machines of others are busy.
  expect(performance.now() - start).toBeLessThan(10_000)
})

function named(name: string) {
  return { kind: 'NamedType', name }
}

function generic(name: string, ...given: unknown[]) {
  return { kind: 'GenericType', name, arguments: given }
}

function field(name: string, type: unknown) {
  return { kind: 'Field', name, optional: false, from: [], type }
}
