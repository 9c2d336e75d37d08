import { describe, expect, test } from 'vitest'
import { checkProject } from '../../../language/index.ts'
import { parse } from '../../../language/parse.ts'
import { applyEdits } from './mutant.ts'
import { mutantsOf } from './mutants-of.ts'
import { testAtFault } from './test-at-fault.ts'

/** The change and what the text then is, of the mutants of one operator. */
function mutants(text: string, operator?: string): readonly string[] {
  const source = { name: 'p.iap', text }
  const { result, diagnostics } = parse(source)
  expect(diagnostics).toEqual([])
  return mutantsOf(result)
    .filter((each) => operator === undefined || each.operator === operator)
    .map(({ change, edits }) => `${change} | ${applyEdits(text, edits).replace(/\s+/g, ' ').trim()}`)
}

const rule = (clauses: string, operator?: string) =>
  mutants(`permit p on s.r to anyone ${clauses}`, operator).map((each) => each.replace('permit p on s.r to anyone ', ''))

test('the head of a rule', () => {
  expect(mutants('permit p on s.r to staff', 'flip-effect')).toEqual(['`permit` becomes `forbid` | forbid p on s.r to staff'])
  expect(mutants('forbid f on s.r except s.q when true', 'flip-effect')).toEqual([
    '`forbid` becomes `permit` | permit f on s.r except s.q to anyone when true',
  ])
  expect(mutants('/// forbid\nforbid f on s.r to staff', 'flip-effect')).toEqual([
    '`forbid` becomes `permit` | /// forbid permit f on s.r to staff',
  ])
  expect(mutants('shadow forbid f on s.r', 'enforce-shadow')).toEqual(['it is enforced, no longer `shadow` | forbid f on s.r'])
  expect(mutants('permit p on s.r to staff when a == 1 header "x" = "y"', 'disable-rule')).toEqual([
    '`p` never holds | permit p on s.r to staff when a == 1 when false header "x" = "y"',
  ])
})

test('routes', () => {
  expect(mutants('permit p on s.r, label pii except s.q, t.* to anyone', 'widen-routes')).toEqual([
    '`s.r` becomes `s.*` | permit p on s.*, label pii except s.q, t.* to anyone',
    '`label pii` becomes `*` | permit p on s.r, * except s.q, t.* to anyone',
    'without `except s.q, t.*` | permit p on s.r, label pii to anyone',
    'without `except` for `s.q` | permit p on s.r, label pii except t.* to anyone',
    'without `except` for `t.*` | permit p on s.r, label pii except s.q to anyone',
  ])
  expect(mutants('permit p on s.r, label pii to anyone', 'narrow-routes')).toEqual([
    'without `s.r` | permit p on label pii to anyone',
    'without `label pii` | permit p on s.r to anyone',
  ])
  expect(mutants('permit p on * to anyone', 'widen-routes')).toEqual([])
})

test('moments and lengths of time', () => {
  expect(rule('when request.time < timestamp("2026-01-01T00:00:00Z")', 'move-bound')).toEqual([
    '`"2026-01-01T00:00:00Z"` becomes `"2025-12-31T23:59:59Z"` | when request.time < timestamp("2025-12-31T23:59:59Z")',
    '`"2026-01-01T00:00:00Z"` becomes `"2026-01-01T00:00:01Z"` | when request.time < timestamp("2026-01-01T00:00:01Z")',
  ])
  expect(rule("when t > duration('1m30s')", 'move-bound')).toEqual([
    '`\'1m30s\'` becomes `"89s"` | when t > duration("89s")',
    '`\'1m30s\'` becomes `"91s"` | when t > duration("91s")',
  ])
  expect(rule('when t < timestamp("0001-01-01T00:00:00Z")', 'move-bound')).toEqual([
    '`"0001-01-01T00:00:00Z"` becomes `"0001-01-01T00:00:01Z"` | when t < timestamp("0001-01-01T00:00:01Z")',
  ])
  for (const other of ['timestamp("soon")', 'duration(caller.x)', 'x.duration("1s")', 'cidr("10.0.0.0/8")'])
    expect(rule(`when a == ${other}`, 'move-bound')).toEqual([])
})

test('callers', () => {
  expect(mutants('permit p on s.r to staff, partner', 'widen-callers')).toEqual([
    '`to staff, partner` becomes `to authenticated` | permit p on s.r to authenticated',
    '`to staff, partner` becomes `to anyone` | permit p on s.r to anyone',
  ])
  expect(mutants('permit p on s.r to staff, partner', 'narrow-callers')).toEqual([
    'without `staff` | permit p on s.r to partner',
    'without `partner` | permit p on s.r to staff',
  ])
  expect(mutants('permit p on s.r to anyone', 'narrow-callers')).toEqual([
    '`to anyone` becomes `to authenticated` | permit p on s.r to authenticated',
  ])
  expect(mutants('permit p on s.r to authenticated', 'widen-callers')).toHaveLength(1)
  expect(mutants('forbid f on s.r', 'widen-callers')).toEqual([])
})

describe('clauses', () => {
  test('when and unless', () => {
    expect(rule('when a == b unless c', 'drop-clause')).toEqual([
      'without `when a == b` | unless c',
      'without `unless c` | when a == b',
    ])
    expect(rule('when a == b unless c', 'negate-clause')).toEqual([
      '`when` becomes `unless` in `when a == b` | unless a == b unless c',
      '`unless` becomes `when` in `unless c` | when a == b when c',
    ])
  })

  test('require, limit, header', () => {
    expect(rule('require mfa within 10m limit 5 per 1h header "x" = "y"', 'drop-clause')).toEqual([
      'without `require mfa within 10m` | limit 5 per 1h header "x" = "y"',
      'without `limit 5 per 1h` | require mfa within 10m header "x" = "y"',
      'without `header "x" = "y"` | require mfa within 10m limit 5 per 1h',
    ])
    expect(rule('limit 5 per 1h', 'move-bound')).toEqual([])
    expect(rule('header "x" = a > 3 ? "y" : "z"', 'swap-comparison')).toEqual([
      '`>` becomes `>=` in `a > 3` | header "x" = a >= 3 ? "y" : "z"',
    ])
  })

  test('requirements', () => {
    expect(rule('require acr "a" | "b" within 10m', 'move-bound')).toEqual([
      '`10m` becomes `9m` | require acr "a" | "b" within 9m',
      '`10m` becomes `11m` | require acr "a" | "b" within 11m',
    ])
    expect(rule('require acr "a" | "b" within 10m', 'drop-bound')).toEqual(['without `within 10m` | require acr "a" | "b"'])
    expect(rule('require acr "a" | "b" within 10m', 'drop-operand')).toEqual([
      'without `"a"` | require acr "b" within 10m',
      'without `"b"` | require acr "a" within 10m',
    ])
    expect(rule('require auth within 1s', 'drop-bound')).toEqual([])
    expect(mutants('forbid f on s.r unless mfa within 1s', 'move-bound')).toEqual([
      '`1s` becomes `2s` | forbid f on s.r unless mfa within 2s',
    ])
  })
})

describe('expressions', () => {
  test.each([
    ['when a < 3', 'swap-comparison', ['`<` becomes `<=` in `a < 3` | when a <= 3']],
    ['when a >= 3', 'swap-comparison', ['`>=` becomes `>` in `a >= 3` | when a > 3']],
    ['when a != b', 'swap-comparison', ['`!=` becomes `==` in `a != b` | when a == b']],
    ['when a == "=="', 'swap-comparison', ['`==` becomes `!=` in `a == "=="` | when a != "=="']],
    ['when a < 3', 'move-bound', ['`3` becomes `2` | when a < 2', '`3` becomes `4` | when a < 4']],
    ['when a < 0', 'move-bound', ['`0` becomes `1` | when a < 1']],
    ['when a < 1.5', 'move-bound', ['`1.5` becomes `0.5` | when a < 0.5', '`1.5` becomes `2.5` | when a < 2.5']],
    ['when a < 2.0', 'move-bound', ['`2.0` becomes `1.0` | when a < 1.0', '`2.0` becomes `3.0` | when a < 3.0']],
    ['when true', 'flip-constant', ['`true` becomes `false` | when false']],
    ['when !a', 'drop-negation', ['without the `!` of `!a` | when a']],
    ['when l.all(x, x)', 'swap-quantifier', ['`all` becomes `exists` in `l.all(x, x)` | when l.exists(x, x)']],
    ['when all.exists(x, x)', 'swap-quantifier', ['`exists` becomes `all` in `all.exists(x, x)` | when all.all(x, x)']],
    ['when l.exists_one(x, x)', 'swap-quantifier', []],
    [
      'when a && b && c || d',
      'swap-operator',
      [
        '`||` becomes `&&` in `a && b && c || d` | when a && b && c && d',
        '`&&` becomes `||` in `a && b && c` | when a || b || c || d',
      ].sort(),
    ],
    [
      'when (a || b) && c',
      'drop-operand',
      [
        'without `a` | when (b) && c',
        'without `a || b` | when (true) && c',
        'without `b` | when (a) && c',
        'without `c` | when (a || b) && true',
      ],
    ],
    ['when a && b', 'drop-operand', ['without `a` | when b', 'without `b` | when a']],
  ])('%s: %s', (clauses, operator, expected) => {
    expect([...rule(clauses, operator)].sort()).toEqual([...expected].sort())
  })

  test('a comment between operands is no operator', () => {
    expect(rule('when a // && b ||\n && b', 'swap-operator')).toEqual([expect.stringContaining('when a // && b || || b')])
  })
})

test('roles, defs and labels', () => {
  expect(mutants('role r of staff when caller.level > 3')).toEqual([
    'without `when caller.level > 3` | role r of staff',
    '`caller.level > 3` is negated | role r of staff when !(caller.level > 3)',
    '`>` becomes `>=` in `caller.level > 3` | role r of staff when caller.level >= 3',
    '`3` becomes `2` | role r of staff when caller.level > 2',
    '`3` becomes `4` | role r of staff when caller.level > 4',
  ])
  expect(mutants('role r of staff')).toEqual([])
  expect(mutants('def f(a: int): bool = a == 0', 'swap-comparison')).toEqual([
    '`==` becomes `!=` in `a == 0` | def f(a: int): bool = a != 0',
  ])
  expect(mutants('service s at "h" is x { route a GET "/a" is y, z route b GET "/b" }')).toEqual([
    'without the label `x` | service s at "h" { route a GET "/a" is y, z route b GET "/b" }',
    'without the label `y` | service s at "h" is x { route a GET "/a" is z route b GET "/b" }',
    'without the label `z` | service s at "h" is x { route a GET "/a" is y route b GET "/b" }',
  ])
})

test('what is not decided by is left', () => {
  expect(
    mutants(`identity staff via jwt { sub: string }
    type T = { a: int }
    label x
    invariant i on * denied when caller is anonymous
    test "t" { as anonymous GET "https://h/" expect deny }`),
  ).toEqual([])
})

test('a mistake that only tests cannot live with is one that they notice', () => {
  const policy = 'identity staff via jwt\nservice s at "h.test" { route a GET "/a" }\nforbid p on s.a to staff\n'
  const check = (text: string) => {
    const { diagnostics, files } = checkProject({ read: (name) => (name === 'p.iap' ? text : null) }, ['p.iap'])
    return testAtFault(files, diagnostics)
  }
  const block = 'test "t" { as staff {} GET "https://h.test/a" expect permit by p }\n'
  expect(check(policy + block)).toBe('t')
  expect(check(policy + block.replace('permit by p', 'deny by p'))).toBeNull()
  expect(check(`${policy}${block}permit q on s.b to staff\n`)).toBeNull()
})
