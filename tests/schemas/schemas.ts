/**
 * Schemas as people write them, of every dialect, and the type that each becomes. `oracle.ts` says what ajv says of a value by the schema as
 * it stands here; the test compares that with what our door says.
 */
export type DialectName = 'draft 2020-12' | 'draft 2019-09' | 'draft-07' | 'draft-04' | 'OpenAPI 3.0' | 'OpenAPI 3.1'

export interface SchemaCase {
  readonly name: string
  readonly dialect: DialectName
  /** Its root is the schema of the body; what it refers to is in the same object: `$defs`, `definitions` or, of OpenAPI, `components`. */
  readonly schema: SchemaObject
  /** As the language writes it. */
  readonly type: string
}

export interface SchemaObject {
  readonly [keyword: string]: unknown
}

const text = { type: 'string' } as const
const whole = { type: 'integer' } as const

/** `if`, `then`, `else`: a literal with a member `then` looks like a promise to the linter. */
const when = (test: SchemaObject, then: SchemaObject, otherwise?: SchemaObject): SchemaObject =>
  Object.fromEntries([['if', test], ['then', then], ...(otherwise === undefined ? [] : [['else', otherwise]])])

export const SCHEMAS: readonly SchemaCase[] = [
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
  {
    name: 'a list of items in a row, dependencies, an anchor',
    dialect: 'draft-07',
    schema: {
      type: 'object',
      properties: {
        pair: { type: 'array', items: [text, whole], additionalItems: { type: 'boolean' } },
        a: text,
        b: text,
        c: { $ref: '#short' },
      },
      dependencies: { a: ['b'], b: { properties: { c: { minLength: 1 } } } },
      definitions: { short: { $id: '#short', type: 'string', maxLength: 2 } },
    },
    type: '{ a?: string, b?: string, c?: string, ... }',
  },
  {
    name: 'conditions within allOf',
    dialect: 'draft-07',
    schema: {
      type: 'object',
      properties: { country: { enum: ['DE', 'US'] }, zip: { type: 'string', examples: ['12345', '12345-6789', '1234'] } },
      required: ['country', 'zip'],
      allOf: [
        when({ properties: { country: { const: 'DE' } } }, { properties: { zip: { pattern: '^[0-9]{5}$' } } }),
        when({ properties: { country: { const: 'US' } } }, { properties: { zip: { pattern: '^[0-9]{5}(-[0-9]{4})?$' } } }),
      ],
    },
    type: '{ country: "DE" | "US", zip: string, ... }',
  },
  {
    name: 'bounds by flags, in the draft that had them',
    dialect: 'draft-04',
    schema: {
      type: 'object',
      properties: {
        n: { type: 'integer', minimum: 0, exclusiveMinimum: true },
        m: { type: 'number', maximum: 1, exclusiveMaximum: true },
        next: { $ref: '#/definitions/next' },
      },
      required: ['n'],
      definitions: { next: { type: 'object', properties: { next: { $ref: '#/definitions/next' }, n: whole }, required: ['n'] } },
    },
    type: '{ n: int, m?: double, next?: { next?: { ... }, n: int, ... }, ... }',
  },
  {
    name: 'anchors and items of both kinds',
    dialect: 'draft 2019-09',
    schema: {
      type: 'object',
      properties: {
        ids: { type: 'array', items: { $ref: '#id' }, minItems: 1 },
        row: { type: 'array', items: [{ type: 'boolean' }, { type: 'boolean' }], additionalItems: false },
      },
      required: ['ids'],
      dependentRequired: { row: ['ids'] },
      $defs: { id: { $anchor: 'id', type: 'string', pattern: '^[a-f0-9]{2}$' } },
    },
    type: '{ ids: list<string>, row?: list<bool>, ... }',
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
