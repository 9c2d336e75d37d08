import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJsonObject } from './compact-jws.ts'

test.each([
  '{"a":1,"a":2}',
  '{"a":1,"b":{},"a":2}',
  '{"x":{"a":1,"a":1}}',
  '{"x":[1,{"a":1,"a":1}]}',
  '{"a":1,"\\u0061":2}',
  '{"a" : 1, "a"\n:2}',
  '{"\\"":1,"\\u0022":2}',
  '{"__proto__":1,"__proto__":2}',
  '{"":1,"":2}',
])('two names alike: %s', (text) => {
  expect(parseJsonObject(text)).toBeNull()
})

test.each(['', '[]', 'null', '1', '"a"', '{', '{a:1}', '{"a":1,}', '{}x', `{"a":${'['.repeat(64)}${']'.repeat(64)}}`])(
  'no object: %s',
  (text) => {
    expect(parseJsonObject(text)).toBeNull()
  },
)

test('names alike in different objects, and texts that look like names', () => {
  const text = '{"a":{"a":"\\"a\\":1"},"b":[{"a":1},{"a":"}{"}],"c":"a","d":"\\\\"}'
  expect(parseJsonObject(text)).toEqual(JSON.parse(text))
})

test('whatever JSON.stringify writes is read as it was', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (value) => {
      const text = JSON.stringify(value)
      expect(parseJsonObject(text)).toEqual(JSON.parse(text))
    }),
    { seed: 1, numRuns: 500 },
  )
})
