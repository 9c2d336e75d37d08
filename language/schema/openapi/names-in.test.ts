import { expect, test } from 'vitest'
import { DRAFT_2020_12 } from '../dialect.ts'
import { type Document, type JsonRecord, readDocument } from '../document.ts'
import { BodyNames } from './names-in.ts'
import { OpenapiReader } from './reader.ts'

function bodiesOf(schemas: JsonRecord): BodyNames {
  const document = readDocument({ name: 'a.json', text: '{}' }, []) as Document
  return new BodyNames(new OpenapiReader({ ...document, root: { schemas } }, DRAFT_2020_12, []))
}

const taking = (schema: JsonRecord): JsonRecord => ({ requestBody: { content: { 'application/json': { schema } } } })
const many = (count: number, name: string, schema: JsonRecord = {}) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`${name}${at}`, schema]))

test('names are told up to a number', () => {
  const bodies = bodiesOf({ Big: { properties: many(5000, 'a') } })
  const wide = bodies.of(taking({ $ref: '#/schemas/Big' }))
  expect([wide.length, wide[0], wide.at(-1)]).toEqual([2000, 'a0', 'a1999'])
  expect(bodies.of(taking({ properties: { first: {}, rest: { $ref: '#/schemas/Big' } } })).slice(0, 3)).toEqual([
    'first',
    'rest',
    'a0',
  ])
})

test('and few names are not looked for in many places', () => {
  const same = { properties: { x: {} } }
  const often = { anyOf: Array.from({ length: 1900 }, () => same) }
  const found = (times: number) =>
    bodiesOf({}).of(taking({ allOf: [...Array.from({ length: times }, () => ({ ...often })), { properties: { late: {} } }] }))
  expect([found(3), found(4)]).toEqual([['x', 'late'], ['x']])
})

test('what many operations share is read once', () => {
  let reads = 0
  const properties = new Proxy<JsonRecord>(
    { a: { properties: { b: {} } } },
    {
      ownKeys(of) {
        reads++
        return Reflect.ownKeys(of)
      },
    },
  )
  const bodies = bodiesOf({ Shared: { properties } })
  const found = [1, 2, 3].map((at) =>
    bodies.of(taking({ properties: { [`own${at}`]: {} }, allOf: [{ $ref: '#/schemas/Shared' }] })),
  )
  expect(found).toEqual([1, 2, 3].map((at) => [`own${at}`, 'a', 'b']))
  expect(reads).toBe(1)
})
