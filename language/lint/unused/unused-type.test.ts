import { expect, test } from 'vitest'
import { warningsIn, warningsOf, world } from '../test-lint.ts'

test('a type that nothing names is told of', () => {
  expect(warningsIn('IAP5019', 'type Lonely = int')).toEqual(['Lonely'])
})

test.each([
  ['a claim', 'type Badge = string\nidentity guest via jwt { badge: Badge }\npermit p on orders.list to guest'],
  ['a type argument', 'type Badge = string\ndata badges: map<string, list<Badge>>\nforbid f on * when "x" in badges because "x"'],
  [
    'another type',
    'type Badge = string\ntype Guest = { badge: Badge }\ndata guests: map<string, Guest>\nforbid f on * when "x" in guests because "x"',
  ],
])('a type that %s names is not', (_, added) => {
  expect(warningsIn('IAP5019', added)).toEqual([])
})

test('a type that another file imports is not, whatever that does with it', () => {
  const main = `import { Badge } from "./types.iap"\n${world}\npermit p on orders.list to staff`
  expect(warningsOf('IAP5019', main, { 'types.iap': 'type Badge = string\ntype Other = int' })).toEqual([
    { place: 'Other', message: 'the type `Other` is never used' },
  ])
})
