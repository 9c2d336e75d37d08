import { describe, expect, test } from 'vitest'
import { said } from './test-exact.ts'

describe('every request is permitted', () => {
  test.each([
    [
      'by two together',
      'permit a on orders.list to anyone when "x" in closed\npermit b on orders.list to anyone unless "x" in closed',
      'unless "x"',
      'unless "y"',
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
      ['list', 'every request to `orders.list` is permitted, whoever sends it'],
    ])
    expect(said('IAP5035', policy.replace(clause, near))).toEqual([])
  })
})

test('it names what opens it', () => {
  const policy =
    'permit a on orders.list to anyone when "x" in closed\npermit b on orders.list to anyone unless "x" in closed\npermit c on orders.list to manager when "y" in closed'
  expect(said('IAP5035', policy).map(({ related }) => related)).toEqual([['a', 'b']])
})

test.each([
  ['where one permit says so', 'permit a on orders.list to anyone\npermit b on orders.list to anyone when "x" in closed'],
  [
    'where a forbid may stand',
    'permit a on orders.list to authenticated\npermit b on orders.list to anonymous\nforbid f on orders.list when "x" in closed because "x"',
  ],
])('not %s', (_, policy) => expect(said('IAP5035', policy)).toEqual([]))
