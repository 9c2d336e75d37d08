import { describe, expect, test } from 'vitest'
import { opennessOf } from '../facts/pattern-ends.ts'
import { warningsIn } from '../test-lint.ts'

describe('how a pattern is held', () => {
  test.each([
    ['a', 'anywhere'],
    ['a|b', 'anywhere'],
    ['^a$|b', 'anywhere'],
    ['(a)', 'anywhere'],
    ['(?i)admin', 'anywhere'],
    ['[^a]', 'anywhere'],
    ['\\^a\\$', 'anywhere'],
    ['a\\\\\\$', 'anywhere'],
    ['(^a|b)', 'anywhere'],
    ['\\Q^\\E', 'anywhere'],
    ['[]|^]x', 'anywhere'],
    ['', 'anywhere'],
    ['^a|b$', 'uneven'],
    ['^a$|^b', 'uneven'],
    ['(^a)|(b$)', 'uneven'],
  ] as const)('%s: %s', (pattern, why) => expect(opennessOf(pattern)).toBe(why))

  test.each([
    ...['^a$', '^a', 'a$', '^(a|b)$', '^a$|^b$', '(^a$|^b$)', '(?:^a|^b)c', '(?i)^a$', '\\Aa\\z', 'a\\z', '.*a', 'a.*', '.*a.*'],
    ...['^https://x(/|$)', '(^|/)a', 'a\\\\$', '^[|]$', '^\\|b$', '^\\Qa|b\\E$', '(?P<x>^a$)', '^[[:alpha:]|]$', '^[]|]$'],
  ])('%s', (pattern) => expect(opennessOf(pattern)).toBe(null))
})

describe('what it opens', () => {
  test.each([
    ['a permit', 'permit p on orders.list to staff when caller.sub.matches("a")'],
    ['`unless` of a forbid', 'forbid f on orders.list to staff unless caller.sub.matches("a") because "x"'],
    ['not, in a forbid', 'forbid f on orders.list to staff when !caller.sub.matches("a") because "x"'],
    ['a role', 'role ours of staff when matches(caller.sub, "a")\npermit p on orders.list to ours'],
    ['an element', 'permit p on orders.list to staff when late(3) || caller.groups.exists(g, g.matches("a"))'],
    ['a branch', 'permit p on orders.list to staff when (late(3) ? caller.sub.matches("a") : late(4))'],
  ])('%s', (_, added) => expect(warningsIn('IAP5033', added)).toEqual(['"a"']))

  test.each([
    ['a forbid', 'forbid f on orders.list to staff when caller.sub.matches("a") because "x"'],
    ['`unless` of a permit', 'permit p on orders.list to staff unless caller.sub.matches("a")'],
    ['one that is held', 'permit p on orders.list to staff when caller.sub.matches("^a$")'],
    [
      'a def, which may be used for both',
      'def ours(x: string): bool = x.matches("a")\npermit p on orders.list to staff when ours(caller.sub)',
    ],
  ])('not %s', (_, added) => expect(warningsIn('IAP5033', added)).toEqual([]))
})
