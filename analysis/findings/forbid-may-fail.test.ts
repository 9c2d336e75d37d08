import { describe, expect, test } from 'vitest'
import { interpret } from '../../interpreter/index.ts'
import { said } from './test-exact.ts'

const found = (policy: string) => said('IAP5024', policy, (model, request) => ({ ...interpret(model, request), revision: '' }))

test('one that fails is told with a request that makes it', () => {
  expect(found('forbid f on orders.refund when 10 / body.amount > 3 because "x"')).toEqual([
    { place: '10 / body.amount', message: 'this may fail to evaluate, in which case `f` forbids the request', related: ['f'] },
  ])
})

describe('one that cannot fail is not told, which the text does not show', () => {
  test.each([
    [
      'as what it divides by is none',
      'forbid f on orders.refund when body.amount != 0 && 10 / body.amount > 3 because "x"',
      '!= 0',
      '!= 1',
    ],
    [
      'as another clause keeps it from that',
      'forbid f on orders.refund when 10 / body.amount > 3 unless body.amount == 0 because "x"',
      '== 0',
      '== 1',
    ],
  ])('%s', (_, policy, clause, near) => {
    expect(policy).toContain(clause)
    expect(found(policy)).toEqual([])
    expect(found(policy.replace(clause, near))).toHaveLength(1)
  })
})

test('of one of which nobody knows it is told that it may', () => {
  // No request makes it fail, and that takes more than is known of conversions.
  const policy = 'forbid f on orders.read when params.id.matches("^[0-9]{3}$") && int(params.id) > 3 because "x"'
  expect(found(policy).map(({ related }) => related)).toEqual([[]])
})
