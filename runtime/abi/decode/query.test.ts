import { expect, test } from 'vitest'
import { DecodeError, set, string } from './convert.ts'
import { many, one, optionalMany, query, textBool, textDouble, textInteger } from './query.ts'

test('texts of scalars', () => {
  expect([textBool('true'), textBool('false')]).toEqual([true, false])
  expect(['0', '-7', '9007199254740991'].map(textInteger)).toEqual([0, -7, 2 ** 53 - 1])
  expect(['0', '-0', '1.50', '1e3', '-2E-1'].map(textDouble)).toEqual([0, 0, 1.5, 1000, -0.2])
  for (const text of ['True', '1', '', ' true', undefined]) expect(() => textBool(text)).toThrow(DecodeError)
  for (const text of ['', '01', '+1', '-0', '1.0', '1e3', '9007199254740992', ' 1', undefined])
    expect(() => textInteger(text)).toThrow(DecodeError)
  for (const text of ['', '.5', '1.', '01', '+1', '0x1', 'NaN', 'Infinity', '1e999', '1 ', undefined])
    expect(() => textDouble(text)).toThrow(DecodeError)
})

test('a key that came once, often, or never', () => {
  const values = { a: ['1'], b: ['x', 'y', 'x'], c: [] }
  expect(one(values, 'a')).toBe('1')
  expect(one(values, 'c')).toBeUndefined()
  expect(one(values, 'constructor')).toBeUndefined()
  expect(() => one(values, 'b')).toThrow(DecodeError)
  expect(many(values, 'b')).toEqual(['x', 'y', 'x'])
  expect(optionalMany(values, 'b', (all) => set(all, string))).toEqual(new Set(['x', 'y']))
  expect(optionalMany(values, 'c', (all) => set(all, string))).toBeUndefined()
})

test('a query that does not fit is null', () => {
  const read = query((values) => ({ a: textInteger(one(values, 'a')) }))
  expect(read({ a: ['7'] })).toEqual({ a: 7 })
  for (const a of [[], ['x'], ['7', '7']]) expect(read({ a })).toBeNull()
})
