import { describe, expect, test } from 'vitest'
import { warningsIn } from '../test-lint.ts'

describe('what is always so', () => {
  test.each([
    ['a clause', 'permit p on orders.list to staff when true', ['true']],
    ['an `unless` of it', 'permit p on orders.list to staff unless 1 > 2', ['1 > 2']],
    ['an operand', 'permit p on orders.list to staff when late(3) && 1 < 2', ['1 < 2']],
    ['one that settles it', 'permit p on orders.list to staff when late(3) || true', ['late(3) || true']],
    ['one of an alternative', 'permit p on orders.list to staff when late(3) || 2 < 1', ['2 < 1']],
    ['a thing and itself', 'permit p on orders.list to staff when caller.sub == caller.sub', ['caller.sub == caller.sub']],
    [
      'a thing or its contrary',
      'permit p on orders.list to staff when late(3) || ("x" in closed || !("x" in closed))',
      ['late(3) || ("x" in closed || !("x" in closed))'],
    ],
    [
      'one of two that are never both false',
      'permit p on orders.list to staff when caller.sub != "a" || caller.sub != "b"',
      ['caller.sub != "a" || caller.sub != "b"'],
    ],
    [
      'two that are never both true',
      'permit p on orders.list to staff when late(3) || (caller.sub == "a" && caller.sub == "b")',
      ['caller.sub == "a" && caller.sub == "b"'],
    ],
    ['the test of a choice', 'permit p on orders.list to staff when (1 < 2 ? late(3) : late(4))', ['1 < 2']],
    ['within a comprehension', 'permit p on orders.list to staff when caller.groups.exists(g, true)', ['true']],
    ['in a role', 'role always of staff when true\npermit p on orders.list to always', ['true']],
    ['in a def', 'def on(): bool = late(3) && true\npermit p on orders.list to staff when on()', ['true']],
  ])('%s', (_, added, places) => expect(warningsIn('IAP5023', added)).toEqual(places))
})

describe('what is not, or is told of otherwise', () => {
  test.each([
    [
      'a value that is compared',
      'identity flagged via jwt { on: bool }\npermit p on orders.list to flagged when caller.on == true',
    ],
    ['a def that is a constant', 'def enabled(): bool = true\npermit p on orders.list to staff when enabled()'],
    ['a double and itself, which may be no number', 'permit p on orders.list to partner when caller.score == caller.score'],
    ['what may be one or the other', 'permit p on orders.list to staff when caller.sub == "a" || caller.sub != "b"'],
    [
      'what leaves something',
      'permit p on orders.list to staff when has(caller.level) && (caller.level < 3 || caller.level > 4)',
    ],
    ['what fails or is true', 'forbid f on orders.refund when body.amount * 2 == body.amount * 2 because "x"'],
    ['what makes the rule impossible', 'permit p on orders.list to staff when late(3) && false'],
    ['an invariant that is one', 'invariant i on orders.list permitted only when true'],
  ])('%s', (_, added) => expect(warningsIn('IAP5023', added)).toEqual([]))
})
