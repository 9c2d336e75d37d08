import { expect, test } from 'vitest'
import { parse } from '../../parse.ts'
import { Parser } from './parser.ts'
import { declared, field, generic, namedChild, plain, valid } from './plain-tree.ts'

test('the grammar has no ambiguities that were not meant', () => {
  expect(() => new Parser(true)).not.toThrow()
})

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
  expect(declared('type Id = string')).toEqual({ kind: 'TypeDeclaration', name: 'Id', type: namedChild('string'), doc: null })
  expect(declared('type T = map<string, set<list<int>>>')).toMatchObject({
    type: generic('map', namedChild('string'), generic('set', generic('list', namedChild('int')))),
  })
  expect(declared('type C = "EUR" | \'USD\'')).toMatchObject({
    type: { kind: 'LiteralsType', values: [{ text: 'EUR' }, { text: 'USD' }] },
  })
})

test('records: commas may be left out at the ends of lines, and stand at the end', () => {
  const a = field('a', namedChild('int'))
  const b = { ...field('b', namedChild('string')), optional: true }
  for (const body of [
    '{ a: int, b?: string }',
    '{ a: int, b?: string, }',
    '{\n  a: int\n  b?: string\n}',
    '{ a: int,\n\n b ? : string\n, }',
    '{ a: int\n/* one */ b?: string }',
    '{ a: int /* two\n lines */ b?: string }',
  ]) {
    expect(declared(`type T = ${body}`)).toMatchObject({ type: { kind: 'RecordType', fields: [a, b], open: false } })
  }
  for (const body of ['{ a: int, ... }', '{ a: int\n ...\n}']) {
    expect(declared(`type T = ${body}`)).toMatchObject({ type: { fields: [a], open: true } })
  }
  expect(declared('type T = {}')).toMatchObject({ type: { fields: [], open: false } })
  expect(declared('type T = { ... }')).toMatchObject({ type: { fields: [], open: true } })
  expect(declared('type T = { a: { b: { c: int } } }')).toMatchObject({
    type: { fields: [{ name: 'a', type: { fields: [{ name: 'b', type: { fields: [field('c', namedChild('int'))] } }] } }] },
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

test('data and defs', () => {
  expect(declared('data assigned: map<string, set<string>>')).toEqual({
    kind: 'DataDeclaration',
    name: 'assigned',
    type: generic('map', namedChild('string'), generic('set', namedChild('string'))),
    doc: null,
  })
  expect(declared('/// Owns.\ndef owns(order: string, level: int,): bool = order in assigned && level > 1')).toMatchObject({
    kind: 'DefDeclaration',
    name: 'owns',
    params: [
      { name: 'order', type: namedChild('string') },
      { name: 'level', type: namedChild('int') },
    ],
    result: namedChild('bool'),
    body: { kind: 'Chain' },
    doc: 'Owns.',
  })
  expect(declared('def one(): int = 1')).toMatchObject({ params: [], body: { kind: 'IntLiteral', value: 1 } })
})

test('annotations stand before declarations, routes and operations, behind what documents them', () => {
  const text = `/// D.
@was("old") @deprecated("use x")
permit p on *
service s at "h" from openapi "s.yaml" {
  /// R.
  @was("old")
  route r GET "/"
  @was("o") list is x
}`
  const [rule, service] = valid(text).declarations
  expect(rule?.span.start).toBe(text.indexOf('@was'))
  expect(plain(rule)).toMatchObject({
    doc: 'D.',
    annotations: [
      { kind: 'Annotation', name: 'was', argument: { text: 'old' } },
      { kind: 'Annotation', name: 'deprecated', argument: { text: 'use x' } },
    ],
  })
  expect(plain(service)).toMatchObject({
    routes: [{ doc: 'R.', annotations: [{ name: 'was' }] }],
    operations: [{ doc: null, annotations: [{ name: 'was', argument: { text: 'o' } }] }],
  })
})

test('comments are kept in the order written', () => {
  const text = '// one\n/// two\nlabel a /* three\n */ // four\n//// five'
  const { comments } = valid(text)
  expect(comments.map((comment) => comment.text)).toEqual(['// one', '/// two', '/* three\n */', '// four', '//// five'])
  for (const { kind, text: found, span } of comments) {
    expect(kind).toBe('Comment')
    expect(text.slice(span.start, span.end)).toBe(found)
  }
})

test('what documents a declaration stands before it, annotated or not', () => {
  const text = '/// A.\n/// More.\nlabel a\nlabel b\n/// C.\npermit c on *\n/// not of the clause\n to x\n/// The end.'
  const { declarations } = valid(text)
  expect(declarations.map(({ doc }) => doc)).toEqual(['A.\nMore.', null, 'C.'])
  expect(valid('/// D.\n@was("e")\nlabel d').declarations[0]?.doc).toBe('D.')
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
