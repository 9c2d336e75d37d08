import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distinctJson, sameJson } from './distinct-json.ts'

test('as comparing each with each says', () => {
  const key = fc.constantFrom('a', 'b', '__proto__', '"a"')
  const { value } = fc.letrec((tie) => ({
    scalar: fc.constantFrom<unknown>(0, -0, 1, '1', 'a', '"a"', '[1]', '{"a":1}', true, false, null, ''),
    value: fc.oneof({ depthSize: 'small', maxDepth: 3 }, tie('scalar'), tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc
      .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 3, selector: ([name]) => name })
      // As `JSON.parse` makes them: `__proto__` is a member like any other.
      .map((members) => JSON.parse(`{${members.map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`).join()}}`)),
  }))
  fc.assert(
    fc.property(fc.array(value, { maxLength: 8 }), (elements) => {
      const expected = elements.every((one, at) => !elements.slice(at + 1).some((other) => sameJson(one, other)))
      expect(distinctJson(elements)).toBe(expected)
    }),
    { seed: 8, numRuns: process.env.IAP_FULL === '1' ? 5000 : 1000 },
  )
  expect(
    distinctJson([
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ]),
  ).toBe(false)
  expect(distinctJson([[1, 2], [2, 1], '[1,2]', 1, '1', null, 'null'])).toBe(true)
})
