import { describe, expect, test } from 'vitest'
import { findingsIn, said } from './test-exact.ts'

const cases = [
  [
    'a narrower permit',
    'permit a on orders.list to staff when caller.level < 10\npermit b on orders.list to staff when caller.level < 4',
    'b',
    '< 4',
    '> 4',
  ],
  [
    'one to fewer',
    'permit a on orders.list to staff\npermit b on orders.list to manager',
    'b',
    'to manager',
    'to manager, partner',
  ],
  [
    'one on fewer routes',
    'permit a on orders.list, orders.read to staff\npermit b on orders.list to staff when caller.level < 4',
    'b',
    'b on orders.list',
    'b on orders.refund',
  ],
  [
    'what two do together',
    'permit a on orders.list to staff when caller.level < 4\npermit b on orders.list to staff when caller.level > 2\npermit c on orders.list to staff when caller.level > 0 && caller.level < 9',
    'c',
    '> 2',
    '> 5',
  ],
  [
    'what two do, of which it does more',
    'permit a on orders.list to staff when caller.level < 4\npermit b on orders.list to staff when caller.level >= 4\npermit c on orders.list to staff',
    'b a',
    'c on orders.list to staff',
    'c on orders.list to partner',
  ],
  [
    'where another forbids the rest',
    'permit a on orders.list to staff when caller.level < 10\npermit b on orders.list to staff when caller.level > 0 && caller.level < 14\nforbid f on orders.list when caller is staff && caller.level >= 10 because "x"',
    'b',
    '>= 10',
    '>= 11',
  ],
  [
    'a narrower forbid',
    'permit p on orders.refund to staff\nforbid f on orders.refund when body.amount > 5 because "x"\nforbid g on orders.refund when body.amount > 9 because "x"',
    'g',
    '> 9',
    '< 3',
  ],
  [
    'one that gives another reason',
    'permit p on orders.refund to staff\nforbid f on orders.refund when body.amount > 5 because "x"\nforbid g on orders.refund when body.amount > 9 because "x"',
    'g',
    'body.amount > 9 because "x"',
    'body.amount < 9 because "y"',
  ],
  [
    'one that asks for a requirement',
    'permit a on orders.list to staff\npermit b on orders.list to manager require mfa',
    'b',
    'a on orders.list to staff',
    'a on orders.list to staff require acr "x"',
  ],
] as const

describe('taking it away changes no answer', () => {
  test.each(cases)('%s', (_, policy, rules, clause, near) => {
    expect(policy).toContain(clause)
    expect(findingsIn('IAP5034', policy)).toEqual(rules.split(' ').sort())
    expect(findingsIn('IAP5034', policy.replace(clause, near))).toEqual([])
  })
})

test.each([
  [
    'it lifts a limit',
    'permit a on orders.list to staff limit 5 per 1m by caller.sub\npermit b on orders.list to staff when caller.level < 4',
  ],
  ['it sets a header', 'permit a on orders.list to staff\npermit b on orders.list to manager header "x-tier" = "high"'],
  [
    'a forbid that is refused for another reason first',
    'permit p on orders.refund to staff\nforbid a on orders.refund when body.amount > 9 because "large"\nforbid b on orders.refund when body.amount > 5 because "x"',
  ],
  [
    'it can be cured',
    'permit p on orders.refund to staff\nforbid a on orders.refund when body.amount > 5 unless mfa\nforbid b on orders.refund when body.amount > 9 because "x"',
  ],
  [
    'those whom nobody knows are asked to sign in for it',
    'permit a on orders.list to anyone when "x" in closed\npermit b on orders.list to staff when "x" in closed && "y" in closed',
  ],
  [
    'it alone reads a header, which may then come twice',
    'permit a on orders.list to staff\npermit b on orders.list to staff when "x-a" in request.headers',
  ],
  [
    'it alone reads data, which may then not be there',
    'permit a on orders.list to staff\npermit b on orders.list to staff when "x" in closed',
  ],
  ['it is tried out', 'permit a on orders.list to staff\nshadow permit b on orders.list to manager'],
])('not where %s', (_, policy) => expect(findingsIn('IAP5034', policy)).toEqual([]))

test('of those that read the same one is left', () => {
  const policy =
    'permit a on orders.list to staff\npermit b on orders.list to staff when "x" in closed\npermit c on orders.list to staff when "y" in closed'
  expect(findingsIn('IAP5034', policy)).toHaveLength(1)
})

test('a limit that another permit voids changes nothing', () => {
  expect(
    findingsIn('IAP5034', 'permit a on orders.list to staff\npermit b on orders.list to manager limit 5 per 1m by caller.sub'),
  ).toEqual(['b'])
})

test('it names those that do what it does', () => {
  const policy =
    'permit a on orders.list to staff when caller.level < 4\npermit b on orders.list to staff when caller.level > 2\npermit c on orders.list to staff when caller.level > 0 && caller.level < 9\npermit d on orders.list to partner'
  expect(said('IAP5034', policy)).toEqual([
    { place: 'c', message: '`c` has no effect: whenever it permits, `a` or `b` permits too', related: ['a', 'b'] },
  ])
})

test('of those that say the same in other words one is left', () => {
  const policy = ['a', 'b', 'c']
    .map((name, at) => `permit ${name} on orders.list to staff when caller.level >= ${4} && caller.level > ${at}`)
    .join('\n')
  expect(findingsIn('IAP5034', policy)).toEqual(['b', 'c'])
})

test('what is told as something else is not told as that', () => {
  const twins = 'permit a on orders.list to staff when caller.level < 4\npermit b on orders.list to staff when caller.level < 4'
  expect([findingsIn('IAP5021', twins), findingsIn('IAP5034', twins)]).toEqual([['b'], []])
  const hidden = 'permit a on orders.list to staff\nforbid f on orders.list to staff because "x"'
  expect([findingsIn('IAP5011', hidden), findingsIn('IAP5034', hidden)]).toEqual([['a'], []])
})
