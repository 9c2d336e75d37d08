import { expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

test('data that no condition reads are told of, even if a test gives them', () => {
  expect(warningsIn('IAP5017', 'data holidays: set<string>')).toEqual(['holidays'])
  const tested =
    'data holidays: set<string>\ntest "t" {\n  GET "https://orders.example/orders"\n  data holidays: ["x"]\n  expect unauthenticated\n}'
  expect(warningsIn('IAP5017', tested)).toEqual(['holidays'])
})

test.each([
  ['a rule', 'data holidays: set<string>\nforbid f on * when "x" in holidays because "x"'],
  ['a role', 'data holidays: set<string>\nrole away of staff when caller.sub in holidays\npermit p on orders.list to away'],
  ['a def', 'data holidays: set<string>\ndef off(): bool = "x" in holidays\nforbid f on * when off() because "x"'],
  ['a limit', 'data keys: map<string, string>\npermit p on orders.list to staff limit 3 per 1m by keys[?caller.sub].orValue("")'],
])('data that %s reads are not', (_, added) => {
  expect(warningsIn('IAP5017', added)).toEqual([])
})
