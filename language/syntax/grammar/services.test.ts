import { expect, test } from 'vitest'
import { declared, field, namedChild } from './plain-tree.ts'

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
    openapi: null,
    routes: [
      { ...route('list', ['GET'], '/orders'), labels: [], doc: null },
      {
        ...route('read', ['GET', 'HEAD', { text: 'M-SEARCH' }], '/orders/{id: int}'),
        labels: ['pii', 'money'],
        doc: 'Reads one.',
      },
    ],
    operations: [],
    doc: null,
  })
  expect(declared('service s at "h" {}')).toMatchObject({ routes: [] })
})

test('what a route takes in its query and its body', () => {
  const text = `service s at "h" {
    route list GET "/" query { customer: string, page?: int } is pii
    route refund POST "/{id}" body Refund is money
    route inline PUT "/{id}" query {} body { a: int, ... }
    route other POST "/o" body schema "./o.json"
    route named POST "/n" body schema
    rpc read "shop.Orders/Read" is pii
    rpc write "shop.Orders/Write"
  }`
  expect(declared(text)).toMatchObject({
    routes: [
      {
        name: 'list',
        query: [field('customer', namedChild('string')), { ...field('page', namedChild('int')), optional: true }],
        body: null,
        labels: ['pii'],
      },
      { name: 'refund', query: null, body: { kind: 'TypedBody', type: namedChild('Refund') }, labels: ['money'] },
      { name: 'inline', query: [], body: { kind: 'TypedBody', type: { kind: 'RecordType', open: true } } },
      { name: 'other', body: { kind: 'SchemaBody', from: { text: './o.json' } } },
      { name: 'named', body: { kind: 'TypedBody', type: namedChild('schema') } },
      { name: 'read', rpc: true, methods: [], template: { text: 'shop.Orders/Read' }, query: null, body: null, labels: ['pii'] },
      { name: 'write', rpc: true, labels: [] },
    ],
  })
})

test('a service from OpenAPI', () => {
  const text = `service s at "h" from openapi "./s.yaml" is internal {
    /// Reads.
    readOrder is pii, money
    route is public
    is is is
    route extra GET "/extra" is pii
    route is GET "/is"
  }`
  const operation = (name: string, ...labels: string[]) => ({ kind: 'OperationDeclaration', name, labels })
  expect(declared(text)).toMatchObject({
    openapi: { text: './s.yaml' },
    labels: ['internal'],
    operations: [
      { ...operation('readOrder', 'pii', 'money'), doc: 'Reads.' },
      operation('route', 'public'),
      operation('is', 'is'),
    ],
    routes: [{ name: 'extra' }, { name: 'is', template: { text: '/is' } }],
  })
  expect(declared('service s at "h" from openapi "s.yaml" {}')).toMatchObject({ operations: [], routes: [] })
})

function route(name: string, methods: unknown[], template: string) {
  return { kind: 'RouteDeclaration', name, rpc: false, methods, template: { text: template }, query: null, body: null }
}
