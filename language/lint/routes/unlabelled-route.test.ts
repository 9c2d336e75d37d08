import { expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

test('a route without a label beside some with one is told of', () => {
  const added = 'service s at "s.example" {\n  route a GET "/a" is pii\n  route b GET "/b"\n}\npermit p on s.* to staff'
  expect(warningsIn('IAP5013', added)).toEqual(['b'])
})

test.each([
  [
    'no route of the service has one',
    'service s at "s.example" {\n  route a GET "/a"\n  route b GET "/b"\n}\npermit p on s.* to staff',
  ],
  [
    'the service has one',
    'service s at "s.example" is money {\n  route a GET "/a" is pii\n  route b GET "/b"\n}\npermit p on s.* to staff',
  ],
])('where %s nothing is said', (_, added) => {
  expect(warningsIn('IAP5013', added)).toEqual([])
})
