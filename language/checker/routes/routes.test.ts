import { describe, expect, it } from 'vitest'
import { checkProject } from '../../project.ts'
import { showType } from '../types/type.ts'

const PRELUDE = 'identity staff via jwt { sub: string }\nlabel pii\nlabel money\n'
const files: Record<string, string> = {
  'refund.json':
    '{"type":"object","properties":{"amount":{"type":"integer"}},"required":["amount"],"additionalProperties":false}',
  'broken.json': '{"type": "objekt"}',
  'orders.yaml': `
openapi: 3.1.0
paths:
  /orders:
    get: { operationId: list, parameters: [{ name: page, in: query, schema: { type: integer } }] }
    post:
      operationId: create
      requestBody: { required: true, content: { application/json: { schema: { type: object, properties: { a: { type: string } } } } } }
  /orders/{id}:
    get: { operationId: read, parameters: [{ name: id, in: path, schema: { type: integer } }] }
`,
  'other.yaml': 'openapi: 3.1.0\npaths: { "/{x}/b": { get: { operationId: a } }, "/a/{y}": { get: { operationId: b } } }',
  'twice.yaml': 'openapi: 3.1.0\npaths: { /a: { get: { operationId: a } }, /b: { get: { operationId: a } } }',
  'alike.yaml': 'openapi: 3.1.0\npaths: { /a: { get: { operationId: a-b } }, /b: { get: { operationId: a_b } } }',
  'tenant.yaml': 'openapi: 3.1.0\npaths: { "/{tenant}": { get: { operationId: a } } }',
  'names.yaml': 'openapi: 3.1.0\npaths: { /a: { get: { operationId: read-it } }, /b: { get: { operationId: b } } }',
}

function check(text: string) {
  return checkProject({ read: (name) => (name === 'main.iap' ? PRELUDE + text : (files[name] ?? null)) }, ['main.iap'])
}

function found(text: string): string[] {
  return check(text).diagnostics.map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)
}

/** A service with one route. */
const route = (text: string) => `service s at "s.example" { route r POST "/" ${text} }`

function shown(text: string): string[] {
  const { result, diagnostics } = check(text)
  if (result === null) throw new Error(diagnostics.map((one) => one.message).join())
  return result.routes.map(({ name, methods, template, labels, query, body }) =>
    [
      name,
      methods === null ? 'ANY' : methods.join(),
      template,
      ...(labels.length === 0 ? [] : [`is ${labels.map((one) => one.name).join()}`]),
      ...(query === null ? [] : [`query ${showType({ kind: 'record', fields: query, open: false })}`]),
      ...(body === null ? [] : [`body ${showType(body.type)}`]),
    ].join(' '),
  )
}

describe('a query', () => {
  it('has scalars, and lists and sets of them', () => {
    const text =
      'query { a: string, b?: int, c: bool, d?: double, e: "x" | "y", f: timestamp, g: duration, h: ip, i: cidr, j: list<string>, k?: set<int> }'
    expect(shown(route(text))).toEqual([`s.r POST / ${text}`])
    expect(check(route('query { page from "page-no": int }')).result?.routes[0]?.query?.get('page')?.path).toEqual(['page-no'])
    expect(shown(route('query {}'))).toEqual(['s.r POST /'])
  })

  it.each([
    ['query { a: { b: string } }', 'IAP4060 { b: string }'],
    ['query { a: map<string, string> }', 'IAP4060 map<string, string>'],
    ['query { a: list<list<string>> }', 'IAP4060 list<list<string>>'],
    ['query { a: hierarchy }', 'IAP4060 hierarchy'],
    ['query { a: string, a: int }', 'IAP3005 a'],
    ['query { page: string, Page: int }', 'IAP4062 Page'],
    ['query { page from "page[no]": int }', 'IAP4061 "page[no]"'],
    ['query { page from "a b": int }', 'IAP4061 "a b"'],
    ['query { page from "": int }', 'IAP4061 ""'],
    ['query { page from "a" "b": int }', 'IAP4061 "b"'],
    ['query { page: int, other from "PAGE": int }', 'IAP4062 other'],
    ['query { a: Nothing }', 'IAP3001 Nothing'],
  ])('%s', (text, ...expected) => expect(found(route(text))).toEqual(expected))

  it.each([
    ['permit p on s.* to staff when query.b == "x"', 'IAP3023 query.b'],
    ['permit p on s.* to staff when has(query.b) && query.b == "x" && query.a == "y"'],
    ['permit p on s.c to staff when has(query.b)'],
    ['permit p on s.d to staff when has(query.b)'],
    ['permit p on s.c to staff when query.q == "x"', 'IAP3018 q'],
  ])('of several routes: %s', (rule, ...expected) => {
    const service =
      'service s at "s.example" { route c GET "/c" query { a: string, b: string } route d GET "/d" query { a: string, b?: string } }\n'
    expect(found(service + rule)).toEqual(expected)
  })

  it('that no route has', () => {
    expect(found(`${route('')}\npermit p on s.r to staff when query.a == "x"`)).toHaveLength(1)
  })
})

describe('a body', () => {
  it.each([
    ['body { a: int, b?: list<string> }', 'body { a: int, b?: list<string> }'],
    ['body list<{ a: int, ... }>', 'body list<{ a: int, ... }>'],
    ['body schema "./refund.json"', 'body { amount: int }'],
  ])('%s', (text, expected) => expect(shown(route(text))).toEqual([`s.r POST / ${expected}`]))

  it('from a document has its schema', () => {
    const { result } = check(route('body schema "./refund.json"'))
    expect(result?.routes[0]?.body?.schema).toEqual(JSON.parse(files['refund.json'] as string))
    expect(result?.sources.map((source) => source.name)).toEqual(['main.iap', 'refund.json'])
    expect(check(route('body { a: int }')).result?.routes[0]?.body?.schema).toBeNull()
  })

  it.each([
    ['body schema "./nothing.json"', 'IAP2057 "./nothing.json"'],
    ['body schema "refund.json"', 'IAP2058 "refund.json"'],
    ['body schema "../refund.json"', 'IAP2058 "../refund.json"'],
    ['body schema "./refund.txt"', 'IAP2058 "./refund.txt"'],
    ['body schema "./broken.json"', 'IAP4081 "objekt"'],
    ['body { a: Nothing, b?: int }', 'IAP3001 Nothing'],
  ])('%s', (text, ...expected) => {
    // What leans on it is no mistake of its own.
    expect(found(`${route(text)}\npermit p on s.r to staff when body.a == "x" && has(body.b)`)).toEqual(expected)
  })

  it('is read where all routes have it, or after `has`', () => {
    const service = 'service s at "s.example" { route c POST "/c" body { a: int } route d POST "/d" }\n'
    expect(found(`${service}permit p on s.c to staff when body.a == 1`)).toEqual([])
    expect(found(`${service}permit p on s.* to staff when body.a == 1`)).toEqual(['IAP3023 body.a'])
    expect(found(`${service}permit p on s.* to staff when has(body.a) && body.a == 1`)).toEqual([])
    const { result } = check(
      `${service}permit p on s.c to staff when body.a == 1\npermit q on s.c to staff limit 1 per 1h by body.a`,
    )
    expect(result?.rules.map(({ reads }) => reads.body)).toEqual([true, true])
  })
})

describe('an rpc', () => {
  it('is a POST to the path of its operation', () => {
    expect(shown('service s at "s.example" is pii { rpc read "shop.v1.Orders/Read" is money }')).toEqual([
      's.read POST /shop.v1.Orders/Read is money,pii',
    ])
    expect(check('service s at "s.example" { rpc a "A/B" route b GET "/" }').result?.routes.map((one) => one.rpc)).toEqual([
      true,
      false,
    ])
  })

  it.each(['Read', '/shop.Orders/Read', 'shop.Orders/Read/x', 'shop..Orders/Read', 'shop.Orders/{x}', ''])('not %j', (text) => {
    expect(found(`service s at "s.example" { rpc r "${text}" }\npermit p on s.r to staff when params.x == "a"`)).toEqual([
      `IAP4063 "${text}"`,
    ])
  })

  it('is as ambiguous as a route', () => {
    expect(found('service s at "s.example" { rpc a "A/B" route b POST "/A/B" }')).toEqual(['IAP4008 "/A/B"'])
    expect(found('service s at "s.example" { rpc a "A/B" route b POST "/{x}/{y}" route c GET "/A/B" }')).toEqual([])
  })
})

describe('a service from OpenAPI', () => {
  it('has the routes of its document, with labels and routes of its own', () => {
    const text = 'service s at "s.example" is pii from openapi "./orders.yaml" { create is money route health GET "/healthz" }'
    expect(shown(text.replace(' is pii from openapi "./orders.yaml"', ' from openapi "./orders.yaml" is pii'))).toEqual([
      's.create POST /orders is money,pii body { a?: string, ... }',
      's.health GET,HEAD /healthz is pii',
      's.list GET,HEAD /orders is pii query { page?: int }',
      's.read GET,HEAD /orders/{id: int} is pii',
    ])
  })

  const service = (file: string, inside = '') => `service s at "s.example" from openapi "./${file}" { ${inside} }\n`
  const rule = 'permit p on s.read to staff when params.id == 3\nforbid f on label money when has(params.id)'

  it('is what rules are on', () => {
    expect(found(service('orders.yaml', 'read is money') + rule)).toEqual([])
    expect(found(`${service('orders.yaml')}permit p on s.raed to staff`)).toEqual(['IAP2009 raed'])
  })

  it.each([
    [service('orders.yaml', 'raed is money'), 'IAP2051 raed'],
    [service('orders.yaml', 'read is money\nread is pii'), 'IAP4011 read'],
    [service('orders.yaml', 'read is mony'), 'IAP2001 mony'],
    [service('orders.yaml', 'route read GET "/x"'), 'IAP4007 read'],
    [service('orders.yaml', 'route all GET "/orders/{x: int}"'), 'IAP4008 /orders/{id}'],
    [service('missing.yaml', 'read is money') + rule, 'IAP2057 "./missing.yaml"'],
    [service('other.yaml'), 'IAP4008 "/a/{y}"'],
    [service('twice.yaml'), 'IAP4007 a'],
    [service('names.yaml', 'read_it is money')],
    [service('alike.yaml'), 'IAP4007 a_b'],
    ['service s at "{tenant}.example" from openapi "./tenant.yaml" {}', 'IAP4006 "/{tenant}"'],
  ])('%s', (text, ...expected) => expect(found(text)).toEqual(expected))
})

describe('the number of routes of a policy', () => {
  const serviceOf = (name: string, count: number) => {
    const routes = Array.from({ length: count }, (_, at) => `route r${at} GET "/${at}"`)
    return `service ${name} at "${name}.example" {\n${routes.join('\n')}\n}\n`
  }
  const found = (text: string) =>
    check(text).diagnostics.map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)

  it('may be 50,000, over all services', () => {
    expect(found(serviceOf('a', 25_000) + serviceOf('b', 25_000))).toEqual([])
    expect(found(serviceOf('a', 25_000) + serviceOf('b', 25_001) + serviceOf('c', 1))).toEqual(['IAP4072 b'])
  })
})
