import { describe, expect, it } from 'vitest'
import type { RouteBody } from '../checker/model.ts'
import { showType } from '../checker/types/type.ts'
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { readDocument } from './document.ts'
import { importDocument } from './import-schema.ts'

function imported(schema: unknown): { body: RouteBody | null; found: string[] } {
  const diagnostics: Diagnostic[] = []
  const text = typeof schema === 'string' ? schema : JSON.stringify(schema)
  const document = readDocument({ name: 'a.json', text }, diagnostics)
  const body = document === null ? null : importDocument(document, diagnostics)
  return {
    body,
    found: diagnostics.map(
      ({ code, span, message }) => `${code} ${span.source.text.slice(span.start, span.end)}: ${message.replace(/^.*: /, '')}`,
    ),
  }
}

const typeOf = (schema: unknown): string => {
  const { body, found } = imported(schema)
  return body === null ? found.join() : showType(body.type)
}
const field = (schema: unknown, more: object = {}) => typeOf({ type: 'object', properties: { a: schema }, ...more })
const required = { required: ['a'], additionalProperties: false }

describe('the type of a schema', () => {
  it.each([
    [{ type: 'string' }, 'string'],
    [{ type: 'boolean' }, 'bool'],
    [{ type: 'integer', minimum: 3 }, 'int'],
    [{ type: 'number' }, 'double'],
    [{ type: ['integer', 'number'] }, 'double'],
    [{ enum: ['b', 'a'] }, '"a" | "b"'],
    [{ type: 'string', enum: ['b', 5] }, '"b"'],
    [{ const: 'a' }, '"a"'],
    [{ enum: [1, 2] }, 'int'],
    [{ enum: [1, 2.5] }, 'double'],
    [{ type: 'string', format: 'date-time' }, 'timestamp'],
    [{ type: 'string', format: 'ipv4' }, 'ip'],
    [{ type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }, 'ip'],
    [{ type: 'string', format: 'email' }, 'string'],
    [{ type: 'array', items: { type: 'string' } }, 'list<string>'],
    [{ type: 'array', prefixItems: [{ const: 'a' }], items: { const: 'b' } }, 'list<"a" | "b">'],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, 'map<string, int>'],
    [{ type: 'object' }, '{ ... }'],
    [{ type: 'object', additionalProperties: false }, '{  }'],
    [{ anyOf: [{ type: 'string' }, { const: 'a' }] }, 'string'],
    [{ oneOf: [{ const: 'a' }, { const: 'b' }] }, '"a" | "b"'],
    [{ type: 'string', not: { const: 'x' }, if: { const: 'a' }, else: { maxLength: 3 } }, 'string'],
  ])('%j', (schema, type) => {
    expect(field(schema, required)).toBe(`{ a: ${type} }`)
  })

  it('is optional where the field may be left out or be null', () => {
    expect(field({ type: 'string' }, { additionalProperties: false })).toBe('{ a?: string }')
    expect(field({ type: ['string', 'null'] }, required)).toBe('{ a?: string }')
    expect(field({ anyOf: [{ type: 'integer' }, { type: 'null' }] }, required)).toBe('{ a?: int }')
  })

  it.each([
    // What has no type is left out, and the record opened so that it is let through.
    [true],
    [{}],
    [{ type: ['string', 'integer'] }],
    [{ enum: ['a', 1] }],
    [{ type: 'array' }],
    [{ type: 'array', items: { type: ['string', 'null'] } }],
    [{ properties: { b: { type: 'string' } } }],
    [{ minLength: 3 }],
    [{ type: 'null' }],
  ])('is left out where there is none: %j', (schema) => {
    expect(field(schema, required)).toBe('{ ... }')
  })

  it('is open where others may be there', () => {
    expect(field({ type: 'string' })).toBe('{ a?: string, ... }')
    expect(field({ type: 'string' }, { additionalProperties: { type: 'integer' } })).toBe('{ a?: string, ... }')
    expect(field({ type: 'string' }, { additionalProperties: false, patternProperties: { '^x': true } })).toBe(
      '{ a?: string, ... }',
    )
    expect(
      typeOf({ type: 'object', properties: { 'a-b': { type: 'string' }, c: { type: 'string' } }, additionalProperties: false }),
    ).toBe('{ c?: string, ... }')
  })

  it('merges what allOf says', () => {
    const a = { type: 'object', properties: { a: { type: 'string' }, c: { type: 'number' } }, required: ['a'] }
    const b = { properties: { b: { type: 'integer' }, c: { type: 'integer' } } }
    expect(typeOf({ allOf: [a, b] })).toBe('{ a: string, c?: int, b?: int, ... }')
    // Each branch closes itself, so nothing but what both know can be there.
    expect(typeOf({ allOf: [{ ...a, additionalProperties: false }, b] })).toBe('{ a: string, c?: int }')
  })

  it('has what all alternatives have', () => {
    const cat = { type: 'object', properties: { kind: { const: 'cat' }, lives: { type: 'integer' } }, required: ['kind'] }
    const dog = { type: 'object', properties: { kind: { const: 'dog' }, tricks: { type: 'string' } }, required: ['kind'] }
    expect(typeOf({ oneOf: [cat, dog] })).toBe('{ kind: "cat" | "dog", ... }')
    const closed = (one: object) => ({ ...one, additionalProperties: false })
    expect(typeOf({ oneOf: [closed(cat), closed(dog)] })).toBe('{ kind: "cat" | "dog", lives?: int, tricks?: string }')
  })

  it('is cut where it would hold itself', () => {
    const tree = { type: 'object', properties: { value: { type: 'integer' }, children: { type: 'array', items: { $ref: '#' } } } }
    expect(typeOf(tree)).toBe('{ value?: int, children?: list<{ ... }>, ... }')
    const json = {
      $ref: '#/$defs/top',
      $defs: {
        top: { type: 'object', properties: { any: { $ref: '#/$defs/json' } } },
        json: { anyOf: [{ type: 'string' }, { type: 'array', items: { $ref: '#/$defs/json' } }] },
      },
    }
    expect(typeOf(json)).toBe('{ ... }')
  })
})

describe('a schema that cannot be imported', () => {
  it.each<[unknown, string]>([
    ['{"type": "object",}', 'IAP4080 }: it is not JSON'],
    ['{"type": "object", "type": "string"}', 'IAP4080 "type": this key stands twice in its object'],
    [{ type: 'objekt' }, 'IAP4081 "objekt": "objekt" is not a JSON Schema type'],
    [{ type: 'object', properties: [] }, 'IAP4081 []: it must be an object of schemas'],
    [{ type: 'object', properties: { a: 5 } }, 'IAP4081 5: a schema is an object, `true` or `false`'],
    [{ type: 'object', required: true }, 'IAP4081 true: it must be a list of strings'],
    [
      { type: 'object', properties: { a: { pattern: '(' } } },
      'IAP4081 "(": it is not a regular expression (ECMA-262, with the flag `u`)',
    ],
    [
      { $ref: './b.json' },
      'IAP4081 "./b.json": `./b.json` leads outside the document, and only references within it are supported',
    ],
    [{ $ref: '#/$defs/x' }, 'IAP4081 "#/$defs/x": there is nothing at `#/$defs/x`'],
    [{ allOf: [{ $ref: '#' }] }, 'IAP4081 "#": it refers to itself for the same value'],
    [
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { not: { $ref: '#/$defs/a' } } } },
      'IAP4081 "#/$defs/a": it refers to itself for the same value',
    ],
    [{ $schema: 'https://example.com/mine' }, 'IAP4081 "https://example.com/mine": "https://example.com/mine"'],
    [{ $dynamicRef: '#x' }, 'IAP4081 "$dynamicRef": `$dynamicRef` is not supported; use `$ref`'],
    [true, 'IAP4083 : this schema allows several kinds of values, so no type corresponds to it'],
    [
      { properties: { a: { type: 'string' } } },
      'IAP4083 {"properties":{"a":{"type":"string"}}}: this schema allows several kinds of values, so no type corresponds to it',
    ],
    [
      { type: ['object', 'null'] },
      'IAP4083 {"type":["object","null"]}: this schema allows several kinds of values, so no type corresponds to it',
    ],
  ])('%j', (schema, expected) => {
    expect(imported(schema).found).toEqual([expected])
  })

  it('each of its mistakes is told', () => {
    expect(imported({ type: 'object', properties: { a: { type: 1 }, b: { minLength: -1 } } }).found).toHaveLength(2)
  })

  it('is too large', () => {
    const deep = Array.from({ length: 230 }).reduce<object>((inner) => ({ type: 'object', properties: { a: inner } }), {})
    expect(imported(deep).found[0]).toMatch(/^IAP4082/)
    const level = (n: number) => ({ type: 'object', properties: { a: { $ref: `#/$defs/l${n}` }, b: { $ref: `#/$defs/l${n}` } } })
    const doubling = {
      ...level(0),
      $defs: Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`l${n}`, n < 59 ? level(n + 1) : true])),
    }
    expect(imported(doubling).found[0]).toMatch(/^IAP4082/)
    const chain = {
      $ref: '#/$defs/l0',
      $defs: Object.fromEntries(
        Array.from({ length: 15000 }, (_, n) => [
          `l${n}`,
          n < 14999 ? { type: 'object', properties: { a: { $ref: `#/$defs/l${n + 1}` } } } : true,
        ]),
      ),
    }
    expect(imported(chain).found[0]).toMatch(/^IAP4082/)
  })

  it('and objects of too many properties', () => {
    const wide = (count: number) => ({
      type: 'object',
      properties: Object.fromEntries(Array.from({ length: count }, (_, at) => [`p${at}`, { type: 'string' }])),
    })
    expect(imported(wide(1000)).found).toEqual([])
    expect(imported(wide(1001)).found[0]).toMatch(/^IAP4082/)
  })
})

describe('the schema that the door asks', () => {
  const schemaOf = (schema: unknown) => imported(schema).body?.schema

  it('holds what it refers to, and says nothing that is not about values', () => {
    const source = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: 'https://example.com/order.json',
      title: 'Order',
      type: 'object',
      properties: {
        pair: { type: 'array', items: [{ type: 'string' }, { $ref: '#/definitions/n', minimum: 3 }], additionalItems: false },
        far: { $ref: 'https://example.com/order.json#/definitions/n' },
      },
      dependencies: { pair: ['far'], far: { minProperties: 2 } },
      definitions: { n: { description: 'a number', type: 'integer', format: 'money' }, unused: 5 },
    }
    expect(schemaOf(source)).toEqual({
      type: 'object',
      properties: {
        pair: { type: 'array', prefixItems: [{ type: 'string' }, { $ref: '#/$defs/n' }], items: false },
        far: { $ref: '#/$defs/n' },
      },
      dependentRequired: { pair: ['far'] },
      dependentSchemas: { far: { minProperties: 2 } },
      $defs: { n: { type: 'integer' } },
    })
  })

  it('keeps a reference and what stands beside it in today’s drafts', () => {
    const source = {
      type: 'object',
      properties: { a: { $ref: '#n', minimum: 3 } },
      $defs: { x: { $anchor: 'n', type: 'integer' } },
    }
    expect(schemaOf(source)).toEqual({
      type: 'object',
      properties: { a: { $ref: '#/$defs/n', minimum: 3 } },
      $defs: { n: { type: 'integer' } },
    })
  })

  it('names things as nobody else does', () => {
    const source = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/x~1y' }, b: { $ref: '#/$defs/x%5Fy' }, c: { $ref: '#' } },
      $defs: { 'x/y': { type: 'string' }, x_y: { type: 'integer' } },
    }
    expect(schemaOf(source)).toEqual({
      type: 'object',
      properties: { a: { $ref: '#/$defs/x_1y' }, b: { $ref: '#/$defs/x_5Fy' }, c: { $ref: '#' } },
      $defs: { x_1y: { type: 'string' }, x_5Fy: { type: 'integer' } },
    })
  })
})
