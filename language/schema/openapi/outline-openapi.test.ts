import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { readDocument } from '../document.ts'
import { type Outline, outlineOpenapi } from './outline-openapi.ts'

function read(text: string): { readonly outline: Outline | null; readonly found: readonly string[] } {
  const diagnostics: Diagnostic[] = []
  const document = readDocument({ name: 'api.yaml', text }, diagnostics)
  const outline = document === null ? null : outlineOpenapi(document, diagnostics)
  return { outline, found: diagnostics.map(({ code, message }) => `${code} ${message}`) }
}

const HEAD = 'openapi: 3.1.0\ninfo: { title: Shop, version: "1" }\n'

describe('an OpenAPI document', () => {
  test('is told as far as a policy could have it', () => {
    const { outline, found } = read(`${HEAD}
servers: [{ url: "https://Shop.example:8443/v1/" }, { url: "http://shop.internal/v1" }, { url: "https://{region}.shop.example/v1" }]
security: [{ company: [orders:read] }]
paths:
  /orders/{order-id}:
    parameters: [{ name: order-id, in: path, required: true, schema: { type: integer } }]
    get:
      operationId: read-it
      summary: One order
      tags: [orders, 7]
      parameters: [{ name: page, in: query }, { name: X-Email, in: header }, { name: sid, in: cookie }]
      responses:
        "200": { description: It, content: { application/json: { schema: { $ref: "#/components/schemas/Order" } } } }
        "404": { description: None, content: { application/json: { schema: { properties: { why: {} } } } } }
    head: {}
    put: { security: [], requestBody: { content: { text/plain: { schema: { properties: { note: {} } } } } } }
    trace: { operationId: t }
  /open: { post: { security: [{}, { company: [] }] } }
  /{a}{b}: { get: {} }
  x-not-a-path: 7
components:
  schemas:
    Order:
      allOf: [{ $ref: "#/components/schemas/Base" }, { properties: { lines: { type: array, items: { $ref: "#/components/schemas/Order" } } } }]
    Base: { properties: { owner: { properties: { ssn: {} } }, gone: { $ref: "#/nowhere" } } }
  securitySchemes:
    company: { type: oauth2, flows: {} }
`)
    expect(found).toEqual(['IAP5090 `/v1/{a}{b}` is not imported: a segment can have at most one parameter'])
    expect([outline?.title, outline?.hosts]).toEqual(['Shop', ['shop.example', 'shop.internal']])
    const company = { isOpen: false, types: ['oauth2'], scopes: ['orders:read'] }
    expect(outline?.operations.map(({ segments: _, body: __, ...one }) => one)).toEqual([
      {
        ...{ id: 'read-it', methods: ['GET', 'HEAD'], template: '/v1/orders/{order_id: int}', summary: 'One order' },
        ...{
          tags: ['orders'],
          names: ['order-id', 'page', 'X-Email', 'sid', 'owner', 'ssn', 'gone', 'lines'],
          security: company,
        },
      },
      {
        ...{ id: null, methods: ['PUT'], template: '/v1/orders/{order_id: int}', summary: null, tags: [] },
        ...{ names: ['order-id', 'note'], security: { isOpen: true, types: [], scopes: [] } },
      },
      {
        ...{ id: null, methods: ['POST'], template: '/v1/open', summary: null, tags: [], names: [] },
        security: { isOpen: true, types: ['oauth2'], scopes: [] },
      },
    ])
  })

  test.each([
    ['https://hunter2@shop.example/', ['shop.example']],
    ['https://user:hunter2@shop.example/v1', ['shop.example']],
    ['https://user:p@hunter2@Shop.example:8443', ['shop.example']],
    ['https://{user}:{password}@shop.example:{port}/v1', ['shop.example']],
    ['https://user:hunter2/x@shop.example', []],
    ['https://hunter2@{region}.shop.example', []],
    ['https://shop.example?q', ['shop.example']],
    ['https://shop .example', []],
    ['https://@', []],
    ['//hunter2@shop.example', []],
    ['ftp://shop.example', []],
    ['/v1', []],
  ])('at %s', (url, hosts) => {
    const { outline } = read(`${HEAD}servers: [{ url: "${url}" }]\npaths: {}\n`)
    expect([outline?.hosts, JSON.stringify(outline).includes('hunter2')]).toEqual([hosts, false])
  })

  test('of version 3.0 too', () => {
    const { outline, found } = read(`
openapi: 3.0.3
paths: { "/a/{n}": { get: { parameters: [{ name: n, in: path, schema: { type: integer, minimum: 0, exclusiveMinimum: true, nullable: true } }] } } }
`)
    expect([found, outline?.title, outline?.operations[0]?.template]).toEqual([[], null, '/a/{n: int}'])
  })

  test('tells of each parameter that cannot be read, and of those that are shared the same', () => {
    const { outline, found } = read(`${HEAD}
paths:
  /a/{x}: { parameters: &p [{ name: x, in: path, schema: &int { type: integer } }], get: {} }
  /b/{x}: { parameters: *p, get: {}, post: { parameters: [{ name: x, in: path, schema: { type: string } }] } }
  /c/{x}: { parameters: [{ name: x, in: path, schema: *int }], get: {} }
  /d/{x}: { parameters: [{ name: x, in: path }], get: {} }
  /e/{x}: { parameters: [{ name: x, in: path, schema: { $ref: "#/nowhere" } }], get: {} }
  /f/{x}: { parameters: 7, get: {} }
  /g/{x}: { parameters: 7, get: {} }
`)
    expect(outline?.operations.map(({ template }) => template)).toEqual([
      ...['/a/{x: int}', '/b/{x: int}', '/b/{x}', '/c/{x: int}', '/d/{x}', '/e/{x}', '/f/{x}', '/g/{x}'],
    ])
    expect(found).toEqual([
      expect.stringContaining('there is nothing at `#/nowhere`'),
      ...Array(2).fill(expect.stringContaining('`parameters` must be a list')),
    ])
  })

  test.each(['swagger: "2.0"', 'openapi: 3.2.0\npaths: {}', '- a', '7'])('%s is none', (text) => {
    expect(read(text)).toEqual({ outline: null, found: [expect.stringMatching(/^IAP4084/)] })
  })
})
