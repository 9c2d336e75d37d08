/**
 * Documents that were written to hurt: what reads them answers, with a diagnostic that has a place in the document or in the policy, or
 * imports what is right of them. None makes it throw, hang or look outside of the project.
 */
import { describe, expect, it } from 'vitest'
import { checkProject } from '../../language/index.ts'

interface Answer {
  /** Code and the text that it points at, cut. */
  readonly told: readonly string[]
  readonly asked: readonly string[]
}

const body = (path: string) =>
  `service s at "s.example" { route post POST "/" body schema "${path}" }\npermit p on s.post to anyone`
const openapi = (path: string) => `service s at "s.example" from openapi "${path}" {}\npermit p on s.* to anyone`

function answer(policy: string, documents: Readonly<Record<string, string>>): Answer {
  const asked: string[] = []
  const files: Readonly<Record<string, string>> = { 'policies/main.iap': policy, ...documents }
  const { diagnostics } = checkProject(
    {
      read: (name) => {
        asked.push(name)
        return Object.hasOwn(files, name) ? (files[name] as string) : null
      },
    },
    ['policies/main.iap'],
  )
  const told = diagnostics.map(({ code, span: { source, start, end } }) => {
    expect(files).toHaveProperty([source.name])
    expect(start).toBeGreaterThanOrEqual(0)
    expect(end).toBeLessThanOrEqual(source.text.length)
    return `${code} ${source.text.slice(start, Math.min(end, start + 40)).replace(/\n[\s\S]*/, '')}`
  })
  return { told, asked }
}

const schema = (text: string, name = 'a.json') => answer(body(`./${name}`), { [`policies/${name}`]: text })
const codes = ({ told }: Answer) => told.map((one) => one.slice(0, 7))

describe('references out of a document', () => {
  it.each([
    'http://evil.example/schema.json',
    'https://evil.example/schema.json#/a',
    'file:///etc/passwd',
    '/etc/passwd',
    '../../../etc/passwd#/root',
    'other.json#/definitions/a',
    './a.json',
    '//evil.example/x',
    'urn:uuid:1',
    '#/definitions/../../x',
    '#/constructor',
    '#/__proto__',
    '#nowhere',
    '#/%zz',
  ])('%s is read by nobody', (reference) => {
    const found = schema(JSON.stringify({ type: 'object', properties: { a: { $ref: reference } } }))
    expect(found.told).toEqual([`IAP4081 ${JSON.stringify(reference).slice(0, 40)}`])
    expect(found.asked).toEqual(['policies/main.iap', 'iap.json', 'policies/a.json'])
  })

  it.each([
    ['../../secrets.json', 'IAP2058'],
    ['../../../../../etc/passwd.json', 'IAP2058'],
    ['/etc/passwd.json', 'IAP2058'],
    ['http://evil.example/a.json', 'IAP2058'],
    ['./../..\\\\x.json', 'IAP2058'],
    ['./passwd', 'IAP2058'],
    ['./missing.json', 'IAP2057'],
    ['../missing.yaml', 'IAP2057'],
  ])('nor is a document at %s', (path, code) => {
    for (const policy of [body(path), openapi(path)]) {
      const found = answer(policy, {})
      expect(codes(found)).toEqual([code])
      expect(found.asked.filter((name) => name.startsWith('/') || name.includes('..'))).toEqual([])
    }
  })
})

describe('circles', () => {
  it.each([
    ['itself', { $ref: '#' }],
    ['itself, in allOf', { allOf: [{ type: 'object' }, { $ref: '#' }] }],
    ['one another', { $ref: '#/$defs/a', $defs: { a: { anyOf: [{ $ref: '#/$defs/b' }] }, b: { not: { $ref: '#/$defs/a' } } } }],
    [
      'one another, by what must hold beside',
      { $ref: '#/$defs/a', $defs: { a: { if: { $ref: '#/$defs/b' }, else: true }, b: { $ref: '#/$defs/a' } } },
    ],
  ])('a schema that asks for %s of the same value is refused, at the reference', (_, text) => {
    const found = schema(JSON.stringify(text))
    expect(codes(found)).toEqual(['IAP4081'])
    expect(found.told[0]).toMatch(/ "#/)
  })

  it('a chain of a thousand references is followed, and one of twenty thousand refused', () => {
    const chain = (length: number) =>
      JSON.stringify({
        $ref: '#/$defs/d0',
        $defs: Object.fromEntries(
          Array.from({ length }, (_, at) => [`d${at}`, at === length - 1 ? { type: 'object' } : { $ref: `#/$defs/d${at + 1}` }]),
        ),
      })
    expect(codes(schema(chain(500)))).toEqual([])
    const found = schema(chain(20_000))
    expect(codes(found)).toEqual(['IAP4082'])
  })
})

describe('bombs', () => {
  /** Ten aliases a level, each of ten of the level below. */
  const aliases = (levels: number) =>
    [
      'a0: &a0 { type: string }',
      ...Array.from(
        { length: levels },
        (_, at) => `a${at + 1}: &a${at + 1} { anyOf: [${Array(10).fill(`*a${at}`).join(', ')}] }`,
      ),
      'type: object',
      `properties: { x: *a${levels} }`,
    ].join('\n')

  it('aliases of aliases are read once, and what they make is too large', () => {
    const found = schema(aliases(12), 'a.yaml')
    expect(codes(found)).toEqual(['IAP4082'])
  })

  it('few of them are what they stand for', () => {
    expect(schema(aliases(3), 'a.yaml').told).toEqual([])
  })

  it('a billion laughs in a document that nothing refers to cost nothing', () => {
    const found = answer(openapi('./a.yaml'), {
      'policies/a.yaml': `openapi: 3.1.0\nservers: [{ url: / }]\npaths: { /: { get: { operationId: get } } }\nx:\n${aliases(30).replace(/^/gm, '  ')}`,
    })
    expect(found.told).toEqual([])
  })

  it('definitions that double at each level', () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 60 }, (_, at) => [
        `d${at}`,
        at === 59
          ? { type: 'string' }
          : { type: 'object', properties: { a: { $ref: `#/$defs/d${at + 1}` }, b: { $ref: `#/$defs/d${at + 1}` } } },
      ]),
    )
    const found = schema(JSON.stringify({ $ref: '#/$defs/d0', $defs: doubling }))
    expect(codes(found)).toEqual(['IAP4082'])
  })

  it.each([
    ['brackets', 'a.json', '['.repeat(200_000)],
    ['closed brackets', 'a.json', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['objects', 'a.json', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
    ['brackets of YAML', 'a.yaml', '['.repeat(100_000)],
    ['lines of YAML, each further in', 'a.yaml', Array.from({ length: 2_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
    ['lists of YAML', 'a.yaml', `${'- '.repeat(50_000)}x`],
    ['signs', 'a.yaml', '? '.repeat(20_000)],
  ])('%s, very deep', (_, name, text) => {
    const found = schema(text, name)
    expect(codes(found)).toEqual(['IAP4080'])
  })

  it('a schema of two megabytes is read in a moment', () => {
    const properties = Object.fromEntries(
      Array.from({ length: 900 }, (_, at) => [`p${at}`, { type: 'string', description: 'x'.repeat(2_000) }]),
    )
    const found = schema(JSON.stringify({ type: 'object', properties }))
    expect(found.told).toEqual([])
  })
})

describe('values that are none', () => {
  it.each([
    ['no JSON', 'a.json', "{ 'type': 'object' }"],
    ['a comment', 'a.json', '{ "type": "object" /* x */ }'],
    ['a key twice', 'a.json', '{ "type": "object", "type": "string" }'],
    ['a key twice in YAML', 'a.yaml', 'type: object\ntype: string'],
    ['two documents', 'a.yaml', 'type: object\n---\ntype: object'],
    ['what is no number', 'a.yaml', 'type: object\nminProperties: .nan'],
    ['what is endless', 'a.yaml', 'type: object\nmaxProperties: .inf'],
    ['an alias of nothing', 'a.yaml', 'type: *x'],
    ['an alias of what it is in', 'a.yaml', 'a: &a { b: *a }'],
    ['a list as a key', 'a.yaml', '? [a]\n: b'],
    ['nothing', 'a.json', ''],
    ['zeros', 'a.json', '\0\0\0\0'],
    ['zeros in YAML', 'a.yaml', 'type: "\0'],
  ])('%s', (_, name, text) => {
    expect(codes(schema(text, name))).toEqual(['IAP4080'])
  })

  it.each([
    ['a text', '"object"'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['a number', '3'],
    ['strange types', '{ "type": "objekt" }'],
    ['a pattern that is none', '{ "type": "object", "properties": { "a": { "pattern": "(" } } }'],
    ['a bound that is none', '{ "type": "object", "maxProperties": "3" }'],
    ['a list of nothing', '{ "type": "object", "allOf": [] }'],
    ['a dialect of nobody', '{ "$schema": "https://evil.example/meta", "type": "object" }'],
  ])('%s is no schema', (_, text) => {
    expect(codes(schema(text))).toEqual(['IAP4081'])
  })

  it('what a tag would make of a text is a text', () => {
    expect(schema('type: object\nproperties: { a: { const: !!js/function "() => {}" } }', 'a.yaml').told).toEqual([])
    expect(schema('type: !!js/function "() => {}"', 'a.yaml').told).toEqual(['IAP4081 "() => {}"'])
  })

  it('members that objects inherit are of nobody', () => {
    const text =
      '{ "type": "object", "properties": { "__proto__": { "type": "string" }, "constructor": { "type": "integer" } }, "required": ["constructor"] }'
    expect(schema(text).told).toEqual([])
  })
})

describe('OpenAPI documents', () => {
  const document = (paths: unknown, more: object = {}) =>
    answer(openapi('./a.json'), {
      'policies/a.json': JSON.stringify({ openapi: '3.1.0', servers: [{ url: '/' }], paths, ...more }),
    })

  it.each<[string, unknown, object, string[]]>([
    ['a path item that is itself', { '/a': { $ref: '#/paths/~1a' } }, {}, ['IAP4084']],
    ['a path item that is elsewhere', { '/a': { $ref: 'http://evil.example/#/x' } }, {}, ['IAP4084']],
    [
      'a parameter that is itself',
      { '/a': { get: { operationId: 'a', parameters: [{ $ref: '#/components/parameters/p' }] } } },
      { components: { parameters: { p: { $ref: '#/components/parameters/p' } } } },
      ['IAP4084'],
    ],
    [
      'a body that is elsewhere',
      { '/a': { post: { operationId: 'a', requestBody: { $ref: 'file:///etc/passwd' } } } },
      {},
      ['IAP4084'],
    ],
    ['no paths', null, {}, ['IAP4084']],
    ['a name of two operations', { '/a': { get: { operationId: 'a' } }, '/b': { get: { operationId: 'a' } } }, {}, ['IAP4007']],
    [
      'a server of another place',
      { '/a': { get: { operationId: 'a' } } },
      { servers: [{ url: 'https://x.example/{y}' }] },
      ['IAP4084'],
    ],
  ])('%s', (_, paths, more, expected) => {
    const found = document(paths, more)
    expect(codes(found)).toEqual(expected)
    expect(found.asked.every((name) => ['policies/main.iap', 'policies/a.json', 'iap.json'].includes(name))).toBe(true)
  })

  it('schemas that are all in each other, of which every operation has one, are too many', () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, at) => [
        `S${at}`,
        { type: 'object', properties: { a: { type: 'string' }, next: { $ref: `#/components/schemas/S${(at + 1) % 1_000}` } } },
      ]),
    )
    const paths = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, at) => {
        const content = { 'application/json': { schema: { $ref: `#/components/schemas/S${at}` } } }
        return [`/a${at}`, { post: { operationId: `post${at}`, requestBody: { required: true, content } } }]
      }),
    )
    const found = document(paths, { components: { schemas } })
    expect(new Set(codes(found))).toEqual(new Set(['IAP4082']))
  })

  it('a schema without a type is told of by each operation that has it, and one with a type is imported once', () => {
    const post = (operationId: string, name: string) => ({
      post: {
        operationId,
        requestBody: { required: true, content: { 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } } },
      },
    })
    const components = { schemas: { any: {}, one: { type: 'object' } } }
    const paths = { '/a': post('a', 'any'), '/b': post('b', 'any'), '/c': post('c', 'one'), '/d': post('d', 'one') }
    expect(codes(document(paths, { components }))).toEqual(['IAP5090', 'IAP5090'])
  })

  it('two thousand operations are read in a moment', () => {
    const paths = Object.fromEntries(
      Array.from({ length: 2_000 }, (_, at) => [
        `/a${at}/{id}`,
        {
          get: { operationId: `get${at}`, parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }] },
        },
      ]),
    )
    const found = document(paths)
    expect(found.told).toEqual([])
  })
})
