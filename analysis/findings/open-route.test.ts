import { describe, expect, test } from 'vitest'
import { said } from './test-exact.ts'

describe('every request is permitted', () => {
  test.each([
    [
      'by two together',
      'permit a on orders.list to anyone when request.time.getHours() < 5\npermit b on orders.list to anyone unless request.time.getHours() < 5',
      'unless request.time.getHours() < 5',
      'unless request.time.getHours() < 6',
    ],
    ['by what is always so', 'permit a on orders.list to anyone when request.method in ["GET", "HEAD"]', ', "HEAD"', ''],
    [
      'to everybody who is known, and to the others',
      'permit a on orders.list to authenticated\npermit b on orders.list to anonymous',
      'to authenticated',
      'to staff',
    ],
  ])('%s', (_, policy, clause, near) => {
    expect(policy).toContain(clause)
    expect(said('IAP5035', policy).map(({ place, message }) => [place, message])).toEqual([
      ['list', 'every request to `orders.list` is permitted, regardless of the caller'],
    ])
    expect(said('IAP5035', policy.replace(clause, near))).toEqual([])
  })
})

test('it names what opens it', () => {
  const policy =
    'permit a on orders.list to anyone when request.time.getHours() < 5\npermit b on orders.list to anyone unless request.time.getHours() < 5\npermit c on orders.list to manager when request.time.getHours() < 9'
  expect(said('IAP5035', policy).map(({ related }) => related)).toEqual([['a', 'b']])
})

test.each([
  [
    'where one permit says so',
    'permit a on orders.list to anyone\npermit b on orders.list to anyone when request.time.getHours() < 5',
  ],
  ['where one permit says so of all', 'permit a on orders.list to anonymous, authenticated'],
  ['where a limit may be used up', 'permit a on orders.list to anyone when request.method != "PUT" limit 5 per 1m'],
  ['where a header is set', 'permit a on orders.list to anyone when request.method != "PUT" header "x-a" = "b"'],
  [
    'where data may not be there',
    'permit a on orders.list to anyone when "x" in closed\npermit b on orders.list to anyone unless "x" in closed',
  ],
  [
    'where a body may not be read',
    'permit a on orders.refund to anyone when body.amount < 5\npermit b on orders.refund to anyone unless body.amount < 5',
  ],
  [
    'where a forbid may stand',
    'permit a on orders.list to authenticated\npermit b on orders.list to anonymous\nforbid f on orders.list when request.time.getHours() < 5 because "x"',
  ],
])('not %s', (_, policy) => expect(said('IAP5035', policy)).toEqual([]))
