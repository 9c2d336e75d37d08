import { describe, expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

describe('what can never apply', () => {
  test.each([
    ['a clause that is always false', 'permit p on orders.list to staff when false', ['false']],
    ['an `unless` that is always true', 'forbid f on * unless 1 < 2 because "x"', ['1 < 2']],
    [
      'a conjunct that is always false',
      'permit p on orders.list to staff when caller.sub == "a" && 1 > 2',
      ['caller.sub == "a" && 1 > 2'],
    ],
    [
      'clauses that contradict each other',
      'permit p on orders.list to staff when caller.sub == "a" when caller.sub == "b"',
      ['p'],
    ],
    [
      'a clause and its contrary',
      'permit p on orders.list to staff when "a" in caller.groups unless "a" in caller.groups',
      ['p'],
    ],
    [
      'bounds that leave nothing',
      'permit p on orders.refund to staff when body.amount > 10 && body.amount < 5',
      ['body.amount > 10 && body.amount < 5'],
    ],
    [
      'a role that nobody can have',
      'role nobody of staff when caller.sub == "a" && caller.sub == "b"\npermit p on orders.list to staff when caller is nobody',
      ['caller.sub == "a" && caller.sub == "b"'],
    ],
    ['a rule to such a role alone', 'role nobody of staff when false\npermit p on orders.list to nobody', ['false', 'nobody']],
    [
      'clauses of a forbid beside one that may fail',
      'forbid f on orders.refund when 10 / body.amount > 3 when body.amount > 5 unless body.amount > 4 because "x"',
      ['f'],
    ],
    ['a shadow rule too', 'shadow forbid f on * when false', ['false']],
  ])('%s', (_, added, places) => expect(warningsIn('IAP5010', added)).toEqual(places))
})

describe('what can', () => {
  test.each([
    ['a choice of two', 'permit p on orders.list to staff when caller.sub == "a" || caller.sub == "b"'],
    ['bounds that leave one', 'permit p on orders.refund to staff when body.amount >= 10 && body.amount <= 10'],
    ['a clause that fails or is true', 'forbid f on orders.refund when body.amount * 2 > 1 because "x"'],
    [
      'a forbid whose clauses contradict each other, and fail together',
      'forbid f on orders.refund when 10 / body.amount > 3 unless "x" in closed || 10 / body.amount > 3 because "x"',
    ],
    ['a double that may be no number', 'permit p on orders.list to partner unless caller.score < 1.0 unless caller.score >= 1.0'],
    ['a set that holds two things', 'permit p on orders.list to staff when "a" in caller.groups when "b" in caller.groups'],
    ['a rule that is to others, too', 'role nobody of staff when false\npermit p on orders.list to nobody, partner'],
    [
      'one element of a comprehension',
      'permit p on orders.list to staff when caller.groups.exists(g, g == "a") && caller.groups.exists(g, g == "b")',
    ],
  ])('%s', (_, added) => expect(warningsIn('IAP5010', added).filter((place) => place !== 'false')).toEqual([]))
})
