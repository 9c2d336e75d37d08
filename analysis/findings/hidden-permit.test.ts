import { describe, expect, test } from 'vitest'
import { interpret } from '../../interpreter/index.ts'
import { said } from './test-exact.ts'

const hidden = (policy: string) => said('IAP5011', policy, (model, request) => ({ ...interpret(model, request), revision: '' }))
const placesOf = (policy: string) => hidden(policy).map(({ place }) => place)

const cases = [
  [
    'a forbid that asks for less',
    'permit p on orders.refund to staff when body.amount > 100\nforbid f on orders.refund when body.amount > 50 because "x"',
    '> 50',
    '> 150',
  ],
  [
    'two forbids, each of some',
    'permit p on orders.refund to staff\nforbid f on orders.refund when body.amount > 50 because "x"\nforbid g on orders.refund when body.amount <= 60 because "x"',
    '<= 60',
    '< 50',
  ],
  [
    'a forbid by the role',
    'permit p on orders.list to manager\nforbid f on orders.list to staff unless caller.level < 5 because "x"',
    '< 5',
    '< 7',
  ],
  [
    'a forbid that always fails where it holds',
    'permit p on orders.refund to staff when body.amount == 0\nforbid f on orders.refund when 1 / body.amount > 3 because "x"',
    '== 0',
    '== 1',
  ],
] as const

describe('wherever it permits, a forbid stands', () => {
  test.each(cases)('%s', (_, policy, clause, near) => {
    expect(policy).toContain(clause)
    expect(placesOf(policy)).toEqual(['p'])
    expect(placesOf(policy.replace(clause, near))).toEqual([])
  })
})

test('it names what hides it, and no more', () => {
  const policy =
    'permit p on orders.refund to staff when body.amount > 100\nforbid f on orders.refund when body.amount > 50 because "x"\nforbid g on orders.refund when body.amount > 900 because "y"'
  expect(hidden(policy)).toEqual([
    { place: 'p', message: '`p` never permits anything: whenever it applies, the forbid `f` applies too', related: ['f'] },
  ])
})

test.each([
  [
    'a shadow forbid hides nothing',
    'permit p on orders.refund to staff when body.amount > 100\nshadow forbid f on orders.refund when body.amount > 50',
  ],
  [
    'a factor helps',
    'permit p on orders.list to manager\nforbid f on orders.list when caller is staff && caller.level > 4 unless mfa',
  ],
  [
    'on another route it permits',
    'permit p on orders.list, orders.read to manager\nforbid f on orders.list when caller is staff && caller.level > 4 because "x"',
  ],
  [
    'what never applies is told as that',
    'permit p on orders.list to manager when caller.level < 3\nforbid f on orders.list when caller is staff && caller.level > 4 because "x"',
  ],
])('%s', (_, policy) => expect(placesOf(policy)).toEqual([]))

test('what the text shows already is told once', () => {
  expect(placesOf('permit p on orders.list to staff\nforbid f on orders.list because "x"')).toEqual(['p'])
})
