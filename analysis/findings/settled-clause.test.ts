import { describe, expect, test } from 'vitest'
import { findingsIn, said } from './test-exact.ts'

describe('always the same', () => {
  test.each([
    [
      'all that a text can be',
      'permit p on orders.read to staff when params.id.startsWith("a") || !params.id.startsWith("ab")',
      '"ab"',
      '"b"',
    ],
    ['all that a route lets in', 'permit p on orders.refund to staff when request.method.startsWith("PO")', '"PO"', '"G"'],
    [
      'all callers',
      'permit p on orders.list to authenticated when caller is staff || caller is partner || caller is program',
      ' || caller is program',
      '',
    ],
    [
      'all that a union has',
      'permit p on orders.refund to staff when body.kind.startsWith("n") || body.kind.startsWith("o")',
      '"o"',
      '"x"',
    ],
  ])('%s', (_, policy, clause, near) => {
    expect(policy).toContain(clause)
    expect(said('IAP5023', policy).map(({ message }) => message)).toEqual(['this is always `true`'])
    expect(findingsIn('IAP5023', policy.replace(clause, near))).toEqual([])
  })

  test('an `unless`', () => {
    const policy =
      'permit p on orders.read to staff unless params.id.startsWith("a") && params.id.endsWith("a") && params.id.size() == 0'
    expect(findingsIn('IAP5023', policy.replace('params.id.size() == 0', 'params.id.startsWith("b")'))).toHaveLength(1)
  })
})

describe('decided by the rest of the rule', () => {
  test.each([
    ['by the role', 'permit p on orders.list to manager when caller.level > 3', '> 3', '> 6'],
    [
      'by another clause',
      'permit p on orders.read to staff when params.id == "abc" when params.id.startsWith("a")',
      'startsWith("a")',
      'startsWith("b")',
    ],
    [
      'by several',
      'permit p on orders.refund to staff when body.amount > 3 when body.amount < 5 unless body.amount != 4',
      '< 5',
      '< 6',
    ],
    ['of a forbid', 'forbid f on orders.refund when body.amount > 3 unless body.amount < 2 because "x"', '< 2', '< 5'],
  ])('%s', (_, policy, clause, near) => {
    expect(policy).toContain(clause)
    const [place = '', ...more] = findingsIn('IAP5022', policy)
    expect([place !== '', more]).toEqual([true, []])
    // What then decides another one is told of that.
    expect(findingsIn('IAP5022', policy.replace(clause, near))).not.toContain(place.replace(clause, near))
  })

  test('it says by what', () => {
    expect(said('IAP5022', 'permit p on orders.list to manager when caller.level > 3')).toEqual([
      {
        place: 'caller.level > 3',
        message: 'this test is redundant: it is true for every caller of the rule',
        related: ['manager'],
      },
    ])
    expect(
      said('IAP5022', 'permit p on orders.refund to staff when body.amount == 4 unless body.amount > 9 when "a" in closed'),
    ).toEqual([
      {
        place: 'body.amount > 9',
        message: 'this test is redundant: it is false whenever the other clauses of the rule hold',
        related: ['body.amount == 4'],
      },
    ])
  })

  test('of two that say the same, one', () => {
    expect(findingsIn('IAP5022', 'permit p on orders.list to staff when caller.level > 3 when caller.level >= 4')).toHaveLength(1)
  })
})

test.each([
  ['what others cannot be read without', 'permit p on orders.list to staff when has(caller.region) when caller.region == "eu"'],
  [
    'what keeps another clause from failing',
    'forbid f on orders.refund when body.amount > 0 when 10 / body.amount > 3 because "x"',
  ],
  [
    'what makes a forbid personal',
    'forbid f on orders.refund when body.amount > 3 unless body.amount < 2 && caller is staff because "x"',
  ],
  ['what is so on one route alone', 'permit p on orders.read, orders.refund to staff when request.method == "POST"'],
  ['what is so of some of its callers', 'permit p on orders.list to manager, partner when caller is staff'],
])('not %s', (_, policy) => expect([...findingsIn('IAP5022', policy), ...findingsIn('IAP5023', policy)]).toEqual([]))

describe('what a permit obliges to', () => {
  const policy = 'role placed of staff when has(caller.region)\npermit p on orders.list to placed when has(caller.region)'

  test.each([
    ['the key of a limit', 'limit 5 per 1m by caller.region', 'limit 5 per 1m by source.ip'],
    ['a header', 'header "x-region" = caller.region', 'header "x-region" = request.method'],
  ])('may not be read without a clause: %s', (_, obligation, other) => {
    expect(findingsIn('IAP5022', `${policy} ${obligation}`)).toEqual([])
    expect(findingsIn('IAP5022', `${policy} ${other}`)).toEqual(['has(caller.region)'])
  })

  test('nor is a header that came', () => {
    const policy =
      'permit p on orders.list to staff when "x-a" in request.headers when request.headers[?"x-a"].orValue("") == "k" header "x-b" = '
    expect(findingsIn('IAP5022', `${policy} request.headers["x-a"]`)).toEqual([])
    expect(findingsIn('IAP5022', `${policy} request.method`)).toEqual(['"x-a" in request.headers'])
  })
})
