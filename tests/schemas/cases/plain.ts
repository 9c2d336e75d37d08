/** Objects, collections and scalars of draft 2020-12, without references and combinations. */
import { type SchemaCase, text, whole } from '../schema-case.ts'

export const PLAIN: readonly SchemaCase[] = [
  {
    name: 'a refund: required and optional fields, bounds, an enumeration',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: {
        amount: { type: 'integer', minimum: 1, maximum: 50_000 },
        currency: { enum: ['EUR', 'USD'] },
        reason: { type: 'string', minLength: 3, maxLength: 12 },
        rate: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1, multipleOf: 0.25 },
      },
      required: ['amount', 'currency'],
    },
    type: '{ amount: int, currency: "EUR" | "USD", reason?: string, rate?: double, ... }',
  },
  {
    name: 'a closed object with a constant and a list',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: {
        kind: { const: 'order' },
        lines: { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1, maxItems: 4, uniqueItems: true },
      },
      required: ['kind', 'lines'],
      additionalProperties: false,
    },
    type: '{ kind: "order", lines: list<int> }',
  },
  {
    name: 'a map of texts by pattern',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      additionalProperties: text,
      propertyNames: { pattern: '^[a-z]{1,3}$' },
      minProperties: 1,
      maxProperties: 3,
    },
    type: 'map<string, string>',
  },
  {
    name: 'a field that must not be there',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: { a: text, b: { type: 'string', not: {}, anyOf: [{ type: 'string' }], minLength: 2 } },
      required: ['a'],
    },
    type: '{ a: string, b?: string, ... }',
  },
  {
    name: 'contains that anything fits, and that nothing does',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: {
        any: { type: 'array', items: whole, contains: { const: 1 }, minContains: 0 },
        none: { type: 'array', items: whole, contains: { const: 1 }, minContains: 3, maxContains: 1 },
        some: { type: 'array', items: whole, contains: { const: 1 }, minContains: 0, maxContains: 1 },
      },
    },
    type: '{ any?: list<int>, none?: list<int>, some?: list<int>, ... }',
  },
  {
    name: 'extensions by patternProperties beside named fields',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: { id: text },
      required: ['id'],
      patternProperties: { '^x-[a-z]+$': whole, '^y': { type: 'boolean' } },
      additionalProperties: false,
    },
    type: '{ id: string, ... }',
  },
  {
    name: 'formats',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: {
        at: { type: 'string', format: 'date-time' },
        day: { type: 'string', format: 'date' },
        from: { type: 'string', format: 'ipv4' },
        id: { type: 'string', format: 'uuid' },
      },
      required: ['at'],
    },
    type: '{ at: timestamp, day?: string, from?: ip, id?: string, ... }',
  },
  {
    name: 'an enumeration of values of many kinds, in an open object',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: { any: { enum: ['a', 1, null, true, { x: [1] }, ['y']] }, text: { enum: ['a', 'b', null] } },
      required: ['any', 'text'],
    },
    type: '{ text?: "a" | "b", ... }',
  },
  {
    name: 'texts by length, in code points, and by patterns that look around',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: {
        two: { type: 'string', minLength: 2, maxLength: 2 },
        word: { type: 'string', pattern: '^(?!admin)\\p{L}+$' },
        anywhere: { type: 'string', pattern: '[0-9]' },
      },
      required: ['two'],
    },
    type: '{ two: string, word?: string, anywhere?: string, ... }',
  },
]
