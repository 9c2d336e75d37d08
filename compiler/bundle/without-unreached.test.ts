import { expect, it } from 'vitest'
import { withoutUnreached } from './without-unreached.ts'

it.each<[before: boolean | object, after: boolean | object]>([
  [true, true],
  [
    { type: 'string', not: { type: 'integer' } },
    { type: 'string', not: { type: 'integer' } },
  ],
  [{ type: 'string', not: true }, { not: true }],
  [
    { type: 'string', not: {}, $ref: '#/$defs/a', $defs: { a: { minLength: 1, not: true } } },
    { not: {}, $ref: '#/$defs/a', $defs: { a: { not: true } } },
  ],
  [
    { items: { not: {}, minLength: 1 }, allOf: [{ not: true, type: 'null' }] },
    { items: { not: {} }, allOf: [{ not: true }] },
  ],
  // Values and names are none.
  [
    { const: { not: true, a: 1 }, enum: [{ not: {}, b: 2 }] },
    { const: { not: true, a: 1 }, enum: [{ not: {}, b: 2 }] },
  ],
  [{ properties: { not: true, a: { type: 'null', not: true } } }, { properties: { not: true, a: { not: true } } }],
])('%j', (before, after) => expect(withoutUnreached(before)).toEqual(after))
