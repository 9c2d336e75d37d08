import { describe, expect, test } from 'vitest'
import { checkProject } from '../../project.ts'
import { lint } from '../lint.ts'
import { warningsIn, world } from '../test-lint.ts'

describe('a forbid in which something may fail', () => {
  test.each([
    ['arithmetic', 'forbid f on orders.refund when body.amount * 2 > 100 because "x"', ['body.amount * 2']],
    ['division', 'forbid f on orders.refund when 100 / body.amount > 3 because "x"', ['100 / body.amount']],
    ['conversion', 'forbid f on orders.read when int(params.id) > 3 because "x"', ['int(params.id)']],
    [
      'in a def that it calls',
      'def doubled(n: int): int = n * 2\nforbid f on orders.refund when doubled(body.amount) > 3 because "x"',
      ['doubled(body.amount)'],
    ],
    [
      'what is bounded from one side',
      'forbid f on orders.refund when body.amount < 9 && body.amount * 2 > 3 because "x"',
      ['body.amount * 2'],
    ],
    [
      'what is bounded too far off',
      'forbid f on orders.refund when 0 < body.amount && body.amount < 9007199254740991 && body.amount + body.amount > 3 because "x"',
      ['body.amount + body.amount'],
    ],
    [
      'an alternative that is bounded elsewhere',
      'forbid f on orders.refund when (0 < body.amount && body.amount < 9) || body.amount * 2 > 3 because "x"',
      ['body.amount * 2'],
    ],
    [
      'a divisor that may be zero',
      'forbid f on orders.refund when body.amount >= 0 && 10 / body.amount > 3 because "x"',
      ['10 / body.amount'],
    ],
    [
      'a divisor that may be zero, or below',
      'forbid f on orders.refund when body.amount <= 0 && 10 / body.amount > -3 because "x"',
      ['10 / body.amount'],
    ],
    [
      'another variable of the name',
      'forbid f on orders.refund when [1].exists(x, 0 < x && x < 9 && [body.amount].exists(x, x * 2 > 3)) because "x"',
      ['x * 2'],
    ],
    [
      'the first of several, once',
      'forbid f on orders.read unless int(params.id) + 1 > 3 when int(params.id) < 9 because "x"',
      // The sum is bounded by the other clause.
      ['int(params.id)'],
    ],
  ])('%s', (_, added, places) => expect(warningsIn('IAP5024', added)).toEqual(places))
})

describe('the help is about what may fail', () => {
  const helpOf = (condition: string) => {
    const text = `${world}\nforbid f on orders.refund when ${condition} because "x"`
    const { diagnostics } = lint(checkProject({ read: (name) => (name === 'main.iap' ? text : null) }, ['main.iap']), 'all')
    return diagnostics.find(({ code }) => code === 'IAP5024')?.help
  }
  test.each([
    ['request.time.getHours(params.id) > 18', 'write the time zone as a constant'],
    ['body.amount * 2 > 100', 'bound the operands from both sides'],
    ['int(params.id) > 3', 'declare the value with the type that it has'],
    ['params.id.charAt(7) == "x"', 'test the value by what cannot fail'],
  ])('%s', (condition, help) => expect(helpOf(condition)).toContain(help))
})

describe('what cannot fail, or opens nothing if it does', () => {
  test.each([
    ['comparisons', 'forbid f on orders.refund when body.amount > 100 because "x"'],
    ['sums of doubles', 'forbid f on orders.list to partner when caller.score + 1.0 > 3.0 because "x"'],
    ['division by a constant', 'forbid f on orders.refund when body.amount % 2 == 0 because "x"'],
    [
      'a time some while from now',
      'forbid f on orders.read when request.time + duration("24h") < timestamp("2030-01-01T00:00:00Z") because "x"',
    ],
    [
      'what is bounded from both sides',
      'forbid f on orders.refund when 0 <= body.amount && body.amount < 1000 && body.amount * 2 > 9 because "x"',
    ],
    ['on whichever side', 'forbid f on orders.refund when body.amount * 2 > 9 && body.amount in [3, 4, 5] because "x"'],
    ['by another clause', 'forbid f on orders.refund when body.amount - 1 > 9 unless body.amount < 0 because "x"'],
    [
      'by the other alternatives',
      'forbid f on orders.refund when body.amount < 0 || body.amount > 99 || body.amount * body.amount > 9 because "x"',
    ],
    ['by what it is', 'forbid f on orders.read when size(params.id) - 1 > 9 && request.time.getHours() * 60 > 9 because "x"'],
    ['a divisor that is none', 'forbid f on orders.refund when body.amount > 0 && 10 / body.amount > 3 because "x"'],
    ['a divisor below zero', 'forbid f on orders.refund when body.amount < 0 && 10 / body.amount > -3 because "x"'],
    [
      'in a sum of what is bounded',
      'forbid f on orders.refund when body.amount > 0 && body.amount < 9 && (body.amount + 1) * 2 > 3 because "x"',
    ],
    ['a permit', 'permit p on orders.refund to staff when body.amount * 2 > 100'],
    ['what is tried out', 'shadow forbid f on orders.refund when body.amount * 2 > 100'],
  ])('%s', (_, added) => expect(warningsIn('IAP5024', added)).toEqual([]))
})
