import { expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

test('an identity that no rule names is told of, even if a test asks as one', () => {
  const tested =
    'identity guest via jwt { sub: string }\ntest "t" {\n  as guest { sub: "x" }\n  GET "https://orders.example/orders"\n  expect deny\n}'
  expect(warningsIn('IAP5020', tested)).toEqual(['guest'])
})

test.each([
  ['is named in a `to`', 'permit p on orders.list to guest'],
  ['has a role', 'role visitor of guest\npermit p on orders.list to visitor'],
  ['is named after `is`', 'forbid f on * when caller is guest because "x"'],
  ['is among those who signed in', 'permit p on orders.list to authenticated'],
  ['is among all', 'permit p on orders.list to anyone'],
])('an identity that %s is not', (_, added) => {
  expect(warningsIn('IAP5020', `identity guest via jwt { sub: string }\n${added}`)).toEqual([])
})
