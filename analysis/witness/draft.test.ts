import { expect, test } from 'vitest'
import type { Type } from '../../language/checker/types/type.ts'
import { type Draft, fillSlot, type Shapes, slotAt } from './draft.ts'

const int: Type = { kind: 'int' }
const record: Type = { kind: 'record', fields: new Map([['price', { type: int, optional: false, path: [] }]]) } as never
const prices: Type = { kind: 'map', key: { kind: 'string' }, value: record } as never

test.each(['__proto__', 'constructor'])(
  'a map with the key `%s` gets a member of its own, and the built-in objects stay as they are',
  (key) => {
    const before = [Object, Object.prototype].map((one) => Reflect.ownKeys(one))
    const data: Record<string, unknown> = {}
    const shapes = { data: new Map([['prices', prices]]), make: () => ({}) } as unknown as Shapes
    const steps = [{ key: { kind: 'constant' } }, { field: 'price' }]
    const slot = slotAt(
      { data } as unknown as Draft,
      { root: { kind: 'data', name: 'prices' }, steps } as never,
      shapes,
      () => key,
    )
    if (slot === null) throw new Error('the place is not found')
    fillSlot(slot, 7)
    expect([Object, Object.prototype].map((one) => Reflect.ownKeys(one))).toEqual(before)
    expect(JSON.stringify(data)).toBe(`{"prices":{"${key}":{"price":7}}}`)
  },
)
