/** Schemas of draft 2020-12 that are made of others: references, combinations, conditions. */
import { type SchemaCase, text, when, whole } from '../schema-case.ts'

export const COMPOSED: readonly SchemaCase[] = [
  {
    name: 'definitions that are referred to twice',
    dialect: 'draft 2020-12',
    schema: {
      $id: 'https://schemas.example/parcel',
      type: 'object',
      properties: { from: { $ref: '#/$defs/address' }, to: { $ref: 'https://schemas.example/parcel#/$defs/address' } },
      required: ['to'],
      $defs: {
        address: {
          type: 'object',
          properties: { city: text, zip: { type: 'string', pattern: '^[0-9]{4,5}$' } },
          required: ['city'],
          additionalProperties: false,
        },
      },
    },
    type: '{ from?: { city: string, zip?: string }, to: { city: string, zip?: string }, ... }',
  },
  {
    name: 'a reference with more beside it',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: { level: { $ref: '#/$defs/level', maximum: 5 } },
      required: ['level'],
      $defs: { level: { type: 'integer', minimum: 1 } },
    },
    type: '{ level: int, ... }',
  },
  {
    name: 'records merged by allOf',
    dialect: 'draft 2020-12',
    schema: {
      allOf: [
        { $ref: '#/$defs/base' },
        { type: 'object', properties: { size: { type: 'integer', maximum: 9 }, id: { maxLength: 4 } }, required: ['size'] },
      ],
      $defs: { base: { type: 'object', properties: { id: text, size: { type: 'integer', minimum: 2 } }, required: ['id'] } },
    },
    type: '{ id: string, size: int, ... }',
  },
  {
    name: 'alternatives of which one fits, told apart by a constant',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      required: ['by'],
      oneOf: [
        { properties: { by: { const: 'card' }, number: { type: 'string', pattern: '^[0-9]{4}$' } }, required: ['number'] },
        { properties: { by: { const: 'transfer' }, iban: { type: 'string', minLength: 4 } }, required: ['iban'] },
      ],
    },
    type: '{ by: "card" | "transfer", ... }',
  },
  {
    name: 'anyOf of records with a field in common',
    dialect: 'draft 2020-12',
    schema: {
      anyOf: [
        { type: 'object', properties: { id: whole, a: text }, required: ['id', 'a'], additionalProperties: false },
        { type: 'object', properties: { id: whole, b: { type: 'boolean' } }, required: ['id'], additionalProperties: false },
      ],
    },
    type: '{ id: int, a?: string, b?: bool }',
  },
  {
    name: 'not, and if with then and else',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: { mode: { enum: ['a', 'b', 'c'] }, n: whole },
      required: ['mode', 'n'],
      not: { properties: { mode: { const: 'c' }, n: { minimum: 10 } } },
      ...when(
        { properties: { mode: { const: 'a' } } },
        { properties: { n: { maximum: 5 } } },
        { properties: { n: { minimum: 3 } } },
      ),
    },
    type: '{ mode: "a" | "b" | "c", n: int, ... }',
  },
  {
    name: 'a tree',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: { value: whole, children: { type: 'array', items: { $ref: '#' }, maxItems: 3 } },
      required: ['value'],
      additionalProperties: false,
    },
    type: '{ value: int, children?: list<{ ... }> }',
  },
  {
    name: 'definitions that are in each other',
    dialect: 'draft 2020-12',
    schema: {
      $ref: '#/$defs/folder',
      $defs: {
        folder: {
          type: 'object',
          properties: { name: { type: 'string', minLength: 1 }, entries: { type: 'array', items: { $ref: '#/$defs/entry' } } },
          required: ['name', 'entries'],
        },
        entry: {
          type: 'object',
          properties: { file: text, folder: { $ref: '#/$defs/folder' } },
          minProperties: 1,
          maxProperties: 1,
        },
      },
    },
    type: '{ name: string, entries: list<{ file?: string, folder?: { ... }, ... }>, ... }',
  },
  {
    name: 'a tuple, and what must be among the rest',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: {
        point: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }], items: false, minItems: 2 },
        tags: { type: 'array', items: text, contains: { const: 'must' }, minContains: 1, maxContains: 2 },
      },
      required: ['point', 'tags'],
    },
    type: '{ point: list<double>, tags: list<string>, ... }',
  },
  {
    name: 'fields that ask for others',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: { card: text, code: text, since: { type: 'integer', examples: [1999, 2000, 2026] } },
      dependentRequired: { card: ['code'] },
      dependentSchemas: { since: { properties: { since: { minimum: 2000 } }, required: ['card'] } },
    },
    type: '{ card?: string, code?: string, since?: int, ... }',
  },
  {
    name: 'what no part of it has looked at',
    dialect: 'draft 2020-12',
    schema: {
      type: 'object',
      properties: { id: text },
      allOf: [{ properties: { note: text } }, { anyOf: [{ properties: { n: whole }, required: ['n'] }, {}] }],
      unevaluatedProperties: false,
    },
    type: '{ note?: string, id?: string, ... }',
  },
]
