import { expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

test('a def that nothing calls is told of', () => {
  expect(warningsIn('IAP5016', 'def early(hour: int): bool = request.time.getHours() < hour')).toEqual(['early'])
})

test.each([
  ['a rule', 'def early(): bool = request.time.getHours() < 7\nforbid f on * when early() because "x"'],
  [
    'another def',
    'def early(): bool = request.time.getHours() < 7\ndef off(): bool = early() || late(20)\nforbid f on * when off() because "x"',
  ],
  ['a header', 'def name(): string = request.method\npermit p on orders.list to staff header "x-a" = name()'],
  ['an invariant', 'def early(): bool = request.time.getHours() < 7\ninvariant i on * denied when early()'],
])('a def that %s calls is not', (_, added) => {
  expect(warningsIn('IAP5016', added)).toEqual([])
})
