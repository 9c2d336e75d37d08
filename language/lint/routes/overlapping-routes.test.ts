import { expect, test } from 'vitest'
import { warningsIn, warningsOf, world } from '../test-lint.ts'

const service = 'service s at "s.example" {\n  route me  GET "/users/me"\n  route one GET "/users/{id}"\n}'

test('a route that takes paths from another is told of if a rule is on one of them alone', () => {
  expect(warningsIn('IAP5028', `${service}\npermit p on s.* to staff\nforbid f on s.one to partner because "x"`)).toEqual(['me'])
  expect(
    warningsOf('IAP5028', `${world}\n${service}\npermit p on s.* to staff\nforbid f on s.one to partner because "x"`),
  ).toEqual([{ place: 'me', message: '`s.me` matches some paths of `s.one`, but `f` applies to only one of these routes' }])
})

test.each([
  ['all rules are on both', `${service}\npermit p on s.* to staff`],
  ['a rule that differs is tried out', `${service}\npermit p on s.* to staff\nshadow forbid f on s.one to partner`],
  [
    'they share no method',
    'service s at "s.example" {\n  route me POST "/users/me"\n  route one GET "/users/{id}"\n}\npermit p on s.me to staff\npermit q on s.one to staff',
  ],
  [
    'they share no path',
    'service s at "s.example" {\n  route me GET "/users/me"\n  route one GET "/users/{id: int}"\n}\npermit p on s.me to staff\npermit q on s.one to partner',
  ],
  [
    'the other takes all that is left',
    'service s at "s.example" {\n  route me GET "/users/me"\n  route rest ANY "/{rest...}"\n}\npermit p on s.me to staff\npermit q on s.rest to partner',
  ],
])('where %s nothing is said', (_, added) => {
  expect(warningsIn('IAP5028', added)).toEqual([])
})
