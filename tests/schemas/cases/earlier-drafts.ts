/** What earlier drafts say otherwise. */
import { type SchemaCase, text, when, whole } from '../schema-case.ts'

export const EARLIER_DRAFTS: readonly SchemaCase[] = [
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
]
