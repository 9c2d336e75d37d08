/** Schemas of bodies in OpenAPI documents. */
import { type SchemaCase, text, whole } from '../schema-case.ts'

export const OPEN_API: readonly SchemaCase[] = [
  {
    name: 'types in a list',
    dialect: 'OpenAPI 3.1',
    schema: {
      $ref: '#/components/schemas/Pet',
      components: {
        schemas: {
          Pet: {
            type: 'object',
            required: ['name', 'age'],
            properties: {
              name: { type: ['string', 'null'] },
              age: { type: ['integer', 'number'], exclusiveMinimum: 0 },
              owner: { anyOf: [{ $ref: '#/components/schemas/Owner' }, { type: 'null' }] },
            },
          },
          Owner: { type: 'object', properties: { id: whole }, required: ['id'] },
        },
      },
    },
    type: '{ name?: string, age: double, owner?: { id: int, ... }, ... }',
  },
  {
    name: 'inheritance by allOf, and recursion',
    dialect: 'OpenAPI 3.1',
    schema: {
      $ref: '#/components/schemas/Manager',
      components: {
        schemas: {
          Person: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string', minLength: 1 }, boss: { $ref: '#/components/schemas/Manager' } },
          },
          Manager: {
            allOf: [
              { $ref: '#/components/schemas/Person' },
              {
                type: 'object',
                required: ['team'],
                properties: { team: { type: 'array', items: { $ref: '#/components/schemas/Person' } } },
              },
            ],
          },
        },
      },
    },
    type: '{ name: string, team: list<{ name: string, ... }>, ... }',
  },
  {
    name: 'a body without a name of its own',
    dialect: 'OpenAPI 3.1',
    schema: {
      type: 'object',
      properties: {
        q: { type: 'string', minLength: 2 },
        filter: { type: 'object', additionalProperties: { type: 'array', items: text } },
      },
      required: ['q'],
      additionalProperties: false,
    },
    type: '{ q: string, filter?: map<string, list<string>> }',
  },
  {
    name: 'nullable, and bounds by flags',
    dialect: 'OpenAPI 3.0',
    schema: {
      $ref: '#/components/schemas/Price',
      components: {
        schemas: {
          Price: {
            type: 'object',
            required: ['amount'],
            properties: {
              amount: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 100, exclusiveMaximum: false },
              note: { type: 'string', nullable: true, maxLength: 5 },
              count: { type: 'integer', format: 'int32', minimum: 0 },
            },
          },
        },
      },
    },
    type: '{ amount: double, note?: string, count?: int, ... }',
  },
  {
    name: 'oneOf with a discriminator',
    dialect: 'OpenAPI 3.0',
    schema: {
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }],
      discriminator: { propertyName: 'kind' },
      components: {
        schemas: {
          Cat: {
            type: 'object',
            required: ['kind', 'lives'],
            properties: { kind: { type: 'string', enum: ['cat'] }, lives: whole },
          },
          Dog: {
            type: 'object',
            required: ['kind'],
            properties: { kind: { type: 'string', enum: ['dog'] }, good: { type: 'boolean' } },
          },
        },
      },
    },
    type: '{ kind: "cat" | "dog", ... }',
  },
  {
    name: 'what stands beside a reference, which counts for nothing',
    dialect: 'OpenAPI 3.0',
    schema: {
      type: 'object',
      required: ['a'],
      properties: { a: { $ref: '#/components/schemas/Short', maxLength: 1 } },
      additionalProperties: { $ref: '#/components/schemas/Short' },
      components: { schemas: { Short: { type: 'string', maxLength: 3 } } },
    },
    type: '{ a: string, ... }',
  },
]
