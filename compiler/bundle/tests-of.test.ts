import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exactJson } from './tests-of.ts'

it('is read as the same value', () => {
  const values = [
    '-0',
    '0',
    '1e400',
    '-1e400',
    '9007199254740993',
    '{"__proto__":{"a":-0},"1":[null,true,"\\ud800\\n"]}',
    '[]',
    '{}',
  ]
  for (const text of values) expect(JSON.parse(exactJson(JSON.parse(text)))).toStrictEqual(JSON.parse(text))
  // `toStrictEqual` tells −0 from 0, and passes over own members called `__proto__`.
  expect(exactJson(JSON.parse('{"__proto__":-0}'))).toBe('{"__proto__":-0}')
})

it('of any JSON value, on one line', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const value: unknown = JSON.parse(text)
      const written = exactJson(value)
      expect(written).not.toContain('\n')
      expect(JSON.parse(written)).toStrictEqual(value)
    }),
    { seed: 7 },
  )
})

it('passes over what is not there', () => {
  expect(exactJson({ a: undefined, b: 1 })).toBe('{"b":1}')
})
