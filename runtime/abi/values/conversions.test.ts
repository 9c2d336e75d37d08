import { expect, test } from 'vitest'
import { boolOfText, doubleOfText, intOfDouble, intOfText, textOfDouble } from './conversions.ts'

const ERROR = undefined
/** Of an int. */
const NO_INT = Number.NaN

test.each([
  [1.9, 1],
  [-7.9, -7],
  [-0.5, 0],
  [2 ** 53, NO_INT],
  [2 ** 53 - 1, 2 ** 53 - 1],
  [1e99, NO_INT],
  [Number.NaN, NO_INT],
  [Number.NEGATIVE_INFINITY, NO_INT],
])('int(%d)', (value, expected) => expect(intOfDouble(value)).toBe(expected))

test.each([
  ['987', 987],
  ['-987', -987],
  ['+5', 5],
  ['-0', 0],
  ['007', 7],
  ['9007199254740991', 2 ** 53 - 1],
  ['9007199254740992', NO_INT],
  ['99999999999999999999', NO_INT],
  [`${'0'.repeat(100)}1`, 1],
  ['', NO_INT],
  ['-', NO_INT],
  ['1.0', NO_INT],
  ['1e3', NO_INT],
  ['0x10', NO_INT],
  [' 1', NO_INT],
  ['1_000', NO_INT],
  ['١', NO_INT],
])('int(%j)', (text, expected) => expect(intOfText(text)).toBe(expected))

test.each([
  ['123', 123],
  ['-987.654', -987.654],
  ['6.02214e23', 6.02214e23],
  ['-84.32E+7', -843200000],
  ['.5', 0.5],
  ['5.', 5],
  ['+1', 1],
  ['-0.0', -0],
  ['1e-400', 0],
  ['1e400', ERROR],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['+Infinity', Number.POSITIVE_INFINITY],
  ['inf', ERROR],
  ['nan', ERROR],
  ['', ERROR],
  ['.', ERROR],
  ['e5', ERROR],
  ['1e', ERROR],
  ['0x1p3', ERROR],
  [' 1', ERROR],
  ['1 ', ERROR],
])('double(%j)', (text, expected) => expect(doubleOfText(text)).toBe(expected))

test('a long text is converted in linear time', () => {
  for (const text of [`${'1'.repeat(1_000_000)}x`, `${'0'.repeat(1_000_000)}x`])
    expect([doubleOfText(text), intOfText(text)]).toEqual([ERROR, NO_INT])
})

test.each([
  [123.456, '123.456'],
  [-4.5e-3, '-0.0045'],
  [100, '100'],
  [1e21, '1e+21'],
  [-0, '-0'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('string(%d)', (value, expected) => {
  expect(textOfDouble(value)).toBe(expected)
  expect(doubleOfText(expected)).toBe(value)
})

test('bools', () => {
  expect(['1', 't', 'T', 'true', 'TRUE', 'True'].map(boolOfText)).toEqual(Array(6).fill(true))
  expect(['0', 'f', 'F', 'false', 'FALSE', 'False'].map(boolOfText)).toEqual(Array(6).fill(false))
  expect(['TrUe', 'yes', '', ' true', 'y'].map(boolOfText)).toEqual(Array(5).fill(ERROR))
})
