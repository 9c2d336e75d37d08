import { describe, expect, it } from 'vitest'
import { showType } from '../../checker/types/type.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { readDocument } from '../document.ts'
import { type ImportedOperation, readOpenapi } from './read-openapi.ts'

function read(text: string): { operations: readonly ImportedOperation[] | null; found: string[] } {
  const diagnostics: Diagnostic[] = []
  const document = readDocument({ name: 'api.yaml', text }, diagnostics)
  const operations = document === null ? null : readOpenapi(document, diagnostics)
  const found = diagnostics.map(
    ({ code, span, message }) => `${code} ${span.source.text.slice(span.start, span.end)}: ${message}`,
  )
  return { operations, found }
}

function shown({ name, methods, template, query, body }: ImportedOperation): string {
  const fields = query === null ? [] : [showType({ kind: 'record', fields: query, open: true })]
  return [name, methods.join(), template, ...fields, ...(body === null ? [] : [showType(body.type)])].join(' ')
}

const HEAD = 'openapi: 3.1.0\ninfo: { title: t, version: "1" }\n'

describe('an OpenAPI document', () => {
  it('of version 3.1', () => {
    const { operations, found } = read(`${HEAD}
servers: [{ url: "https://{region}.shop.example/v1/", variables: { region: { default: eu } } }]
paths:
  /orders:
    parameters:
      - { name: tenant, in: header, schema: { type: string } }
      - { name: page, in: query, schema: { type: string } }
    get:
      operationId: list
      parameters:
        - { name: page, in: query, schema: { type: integer } }
        - { name: page-size, in: query, schema: { type: integer } }
        - { $ref: "#/components/parameters/customer" }
        - { name: tags, in: query, schema: { type: array, items: { enum: [a, b] } } }
    post:
      operationId: create
      deprecated: true
      requestBody: { $ref: "#/components/requestBodies/order" }
  /orders/{order-id}:
    parameters: [{ name: order-id, in: path, required: true, schema: { type: integer } }]
    get: { operationId: read }
    delete: { operationId: remove }
  /files/{name}.pdf:
    get: { operationId: file }
components:
  parameters:
    customer: { name: customer, in: query, required: true, schema: { type: string, minLength: 1 } }
  requestBodies:
    order:
      required: true
      content:
        application/json; charset=utf-8:
          schema: { $ref: "#/components/schemas/Order" }
  schemas:
    Order:
      type: object
      required: [id, lines]
      properties:
        id: { type: string, format: uuid }
        lines: { type: array, items: { $ref: "#/components/schemas/Line" } }
        placed: { type: [string, "null"], format: date-time }
    Line: { allOf: [{ $ref: "#/components/schemas/Priced" }, { type: object, properties: { amount: { type: integer } } }] }
    Priced: { type: object, properties: { price: { type: number }, parts: { type: array, items: { $ref: "#/components/schemas/Line" } } } }
`)
    expect(found).toEqual([])
    expect(operations?.map(shown)).toEqual([
      'list GET,HEAD /v1/orders { page?: int, page_size?: int, customer: string, tags?: list<"a" | "b">, ... }',
      'create POST /v1/orders { page?: string, ... } { id: string, lines: list<{ price?: double, amount?: int, ... }>, placed?: timestamp, ... }',
      'read GET,HEAD /v1/orders/{order_id: int}',
      'remove DELETE /v1/orders/{order_id: int}',
      'file GET,HEAD /v1/files/{name}.pdf',
    ])
    expect(operations?.map((one) => one.deprecated)).toEqual([null, 'its OpenAPI document says so', null, null, null])
  })

  it('of version 3.0 says null by `nullable`, and bounds by flags', () => {
    const { operations, found } = read(`
openapi: 3.0.3
paths:
  /orders:
    post:
      operationId: create
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              required: [id, amount]
              properties:
                id: { type: string, readOnly: true }
                amount: { type: integer, minimum: 0, exclusiveMinimum: true, example: 5 }
                note: { type: string, nullable: true }
                kind: { type: string, enum: [a, b], nullable: true }
`)
    expect(found).toEqual([])
    const body = operations?.[0]?.body
    expect(showType(body?.type as never)).toBe('{ id?: string, amount: int, note?: string, kind?: "a" | "b" }')
    expect(body?.schema).toEqual({
      type: 'object',
      additionalProperties: false,
      required: ['amount'],
      properties: {
        id: { type: 'string' },
        amount: { type: 'integer', exclusiveMinimum: 0 },
        note: { type: ['string', 'null'] },
        kind: { type: ['string', 'null'], enum: ['a', 'b'] },
      },
    })
  })
})

describe('what is left out, and told', () => {
  const query = (parameter: string) =>
    `${HEAD}paths: { /a: { get: { operationId: a, parameters: [{ in: query, ${parameter} }] } } }`
  const body = (text: string) => `${HEAD}paths: { /a: { post: { operationId: a, requestBody: { ${text} } } } }`

  it.each([
    [
      query('name: "a[b]", schema: { type: string }'),
      'the query parameter `a[b]` is not imported: brackets make it part of another key',
    ],
    [query('name: a'), 'the query parameter `a` is not imported: its values do not have a single type'],
    [
      query('name: a, schema: { type: [string, integer] }'),
      'the query parameter `a` is not imported: its values do not have a single type',
    ],
    [
      query('name: a, schema: { type: object }'),
      'the query parameter `a` is not imported: it is neither a scalar nor a list of scalars',
    ],
    [
      query('name: a, schema: { type: array, items: { type: string } }, explode: false'),
      'the query parameter `a` is not imported: only the style `form`, exploded, is read',
    ],
    [
      query('name: a, schema: { type: array, items: { type: string } }, style: pipeDelimited'),
      'the query parameter `a` is not imported: only the style `form`, exploded, is read',
    ],
    [
      query('name: a, schema: { type: integer }, allowEmptyValue: true'),
      'the query parameter `a` is not imported: it may be empty',
    ],
    [
      body('required: false, content: { application/json: { schema: { type: object } } }'),
      'the body is not imported: it is optional, because it says `required: false`',
    ],
    [
      body('required: true, content: { text/plain: {} }'),
      'the body is not imported: it has a media type other than JSON, or several',
    ],
    [
      body('required: true, content: { application/json: { schema: { type: object } }, text/plain: {} }'),
      'the body is not imported: it has a media type other than JSON, or several',
    ],
    [
      body('required: true, content: { application/json: { schema: {} } }'),
      'the body is not imported: its schema allows several kinds of values',
    ],
    [
      `${HEAD}paths: { /a: { get: { operationId: a, requestBody: { required: true, content: { application/json: { schema: { type: object } } } } } } }`,
      'the body is not imported: a body has no meaning with this method (RFC 9110, 9.3)',
    ],
    [
      `${HEAD}paths: { /a: { get: { operationId: a }, head: { operationId: b } } }`,
      'the operation `head` is not imported: `get` covers it',
    ],
    [
      `${HEAD}paths: { /a: { get: { operationId: a }, trace: { operationId: b } } }`,
      'the operation `trace` is not imported: the proxy rejects this method in every request',
    ],
  ])('%s', (text, expected) => {
    const { operations, found } = read(text)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(/^IAP5090 /)
    expect(found[0]?.endsWith(`: ${expected}`), found[0]).toBe(true)
    expect(operations?.map((one) => [one.name, one.query, one.body])).toEqual([['a', null, null]])
  })

  it('of two keys that differ in case alone, the second', () => {
    const parameter = (name: string) => `{ in: query, name: ${name}, schema: { type: string } }`
    const { operations, found } = read(
      `${HEAD}paths: { /a: { get: { operationId: a, parameters: [${parameter('a')}, ${parameter('A')}] } } }`,
    )
    expect(found).toHaveLength(1)
    expect([...(operations?.[0]?.query?.keys() ?? [])]).toEqual(['a'])
  })
})

it('names routes by their ids, and without one by method and path', () => {
  const { operations, found } = read(`${HEAD}paths:
  /a: { get: { operationId: read-it }, post: { operationId: "Create: a" }, put: {} }
  "/b/{id}": { get: {}, delete: { operationId: "" } }`)
  expect(found).toEqual([])
  expect(operations?.map(({ name }) => name)).toEqual(['read_it', 'put_a', 'Create_a', 'get_b_id', 'delete_b_id'])
})

it('imports a body that does not say whether it is required, with a warning', () => {
  const { operations, found } = read(
    `${HEAD}paths: { /a: { post: { requestBody: { content: { application/json: { schema: { type: object } } } } } } }`,
  )
  expect(found).toEqual([
    'IAP5092 requestBody: this request body is imported as required, because the document does not say `required`',
  ])
  expect(operations?.[0]?.body).not.toBe(null)
})

describe('a document that is refused', () => {
  it.each([
    ['swagger: "2.0"', 'IAP4084'],
    ['openapi: 3.2.0\npaths: {}', 'IAP4084 3.2.0'],
    ['openapi: 3.1.0\njsonSchemaDialect: https://mine.example\npaths: {}', 'IAP4084 https://mine.example'],
    ['- a', 'IAP4084 - a'],
    ['a: b: c', 'IAP4080'],
    [`${HEAD}paths: { /a: { post: { requestBody: { required: "true", content: {} } } } }`, 'IAP4084'],
    [`${HEAD}paths: { "/{a}{b}": { get: { operationId: a } } }`, 'IAP4084 "/{a}{b}"'],
    [`${HEAD}paths: { a: { get: { operationId: a } } }`, 'IAP4084 a'],
    [`${HEAD}paths: { /a: 5 }`, 'IAP4084 5'],
    [`${HEAD}servers: [{ url: "/{v}" }]\npaths: { /a: { get: { operationId: a } } }`, 'IAP4084 servers'],
    [`${HEAD}servers: [{ url: "/v1?x=1" }]\npaths: { /a: { get: { operationId: a } } }`, 'IAP4084 servers'],
    [`${HEAD}servers: [{ url: /v1 }, { url: /v2 }]\npaths: { /a: { get: { operationId: a } } }`, 'IAP4084 servers'],
    [`${HEAD}paths: { /a: { $ref: "#/paths/~1a" } }`, 'IAP4084 "#/paths/~1a"'],
    [`${HEAD}paths: { /a: { $ref: "other.yaml" } }`, 'IAP4084 "other.yaml"'],
    [`${HEAD}paths: { /a: { get: { operationId: a, parameters: [{ name: x }] } } }`, 'IAP4084 { name: x }'],
  ])('%s', (text, expected) => {
    expect(read(text).found.map((one) => one.slice(0, expected.length))).toEqual([expected])
  })

  it('has a mistake once, however often it is referred to', () => {
    const operation = (id: string) =>
      `post: { operationId: ${id}, requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/A" } } } } }`
    const { found } = read(
      `${HEAD}paths: { /a: { ${operation('a')} }, /b: { ${operation('b')} } }\ncomponents: { schemas: { A: { type: objekt } } }`,
    )
    expect(found).toEqual(['IAP4081 objekt: this schema cannot be imported: `type`: "objekt" is not a JSON Schema type'])
  })
})
