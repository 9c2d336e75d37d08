import { describe, expect, test } from 'vitest'
import { findingsIn, said } from './test-exact.ts'

/** What is found, and the same with one clause changed. */
const cases = [
  [
    'a clause that no text meets',
    'permit p on orders.read to staff when params.id.startsWith("ab") && params.id.size() < 0',
    'size() < 0',
    'size() < 9',
  ],
  [
    'two clauses',
    'permit p on orders.read to staff when params.id.startsWith("ab") when params.id.startsWith("ac")',
    '"ac"',
    '"abc"',
  ],
  [
    'a regular expression and a constant',
    'permit p on orders.read to staff when params.id.matches("^[0-9]+$") when params.id == "x1"',
    '"x1"',
    '"11"',
  ],
  ['a role and a clause', 'permit p on orders.list to manager when caller.level == 4', '== 4', '== 6'],
  [
    'two roles',
    'permit p on orders.list to manager when caller is trainee',
    'when caller is trainee',
    'unless caller is trainee',
  ],
  [
    'a set',
    'permit p on orders.list to staff when caller.groups == ["a", "b"] unless "a" in caller.groups',
    'unless "a"',
    'unless "c"',
  ],
  [
    'addresses',
    'forbid f on orders.list when cidr("10.1.0.0/16").containsIP(source.ip) unless cidr("10.0.0.0/8").containsIP(source.ip)',
    '10.0.0.0/8',
    '10.2.0.0/16',
  ],
  [
    'what transitivity says',
    'permit p on orders.read to staff when params.id == caller.sub && caller.sub in closed unless params.id in closed',
    'unless params.id in closed',
    'unless params.id in caller.groups',
  ],
  ['requirements', 'permit p on orders.list to staff require acr "gold" require acr "silver"', 'acr "silver"', 'mfa'],
  [
    'what each of the routes says otherwise',
    'permit p on orders.list, orders.read to manager when caller.level < 5',
    '< 5',
    '< 7',
  ],
  [
    'a forbid that nothing lets stand',
    'forbid f on orders.refund when body.amount > 3 unless body.amount > 2 because "x"',
    '> 2',
    '> 4',
  ],
  ['a shadow rule', 'shadow permit p on orders.list to manager when caller.level < 3', '< 3', '< 8'],
] as const

describe('no request meets it', () => {
  test.each(cases)('%s', (_, policy, clause, near) => {
    expect(policy).toContain(clause)
    expect(findingsIn('IAP5010', policy)).toHaveLength(1)
    expect(findingsIn('IAP5010', policy.replace(clause, near))).toEqual([])
  })
})

describe('the reason', () => {
  test('two clauses that contradict each other', () => {
    expect(
      said('IAP5010', 'permit p on orders.read to staff when params.id.startsWith("ab") when params.id.startsWith("ac")'),
    ).toEqual([
      {
        place: 'params.id.startsWith("ac")',
        message: '`p` can never apply: this contradicts another clause of the rule',
        related: ['params.id.startsWith("ab")'],
      },
    ])
  })

  test('a clause that contradicts the role', () => {
    expect(said('IAP5010', 'permit p on orders.list to manager when caller.level == 4')).toEqual([
      {
        place: 'caller.level == 4',
        message: '`p` can never apply: this never holds for the callers of the rule',
        related: ['manager', 'manager'],
      },
    ])
  })

  test('a clause by itself', () => {
    const policy = 'permit p on orders.read to staff when params.id.startsWith("ab") && params.id.startsWith("ac")'
    expect(said('IAP5010', policy).map(({ message }) => message)).toEqual(['`p` can never apply: this is never true'])
    const unless = 'forbid f on orders.read unless !params.id.startsWith("ab") || !params.id.startsWith("ac") because "x"'
    expect(said('IAP5010', unless).map(({ message }) => message)).toEqual(['`f` can never apply: this is never false'])
  })

  test('what it obliges to', () => {
    const header = 'permit p on orders.list to staff header "x-a" = caller.level > 5 ? " a" : " b"'
    expect(said('IAP5010', header).map(({ place, message }) => [place, message])).toEqual([
      ['caller.level > 5 ? " a" : " b"', '`p` can never apply: the header `x-a` can never be set to this'],
    ])
    const limit = 'permit p on orders.list to staff limit 5 per 1m by 10 / (caller.level > 5 ? 0 : 0)'
    expect(said('IAP5010', limit).map(({ place, message }) => [place, message])).toEqual([
      ['10 / (caller.level > 5 ? 0 : 0)', '`p` can never apply: the key of its limit can never be read'],
    ])
    const sent = 'permit p on orders.list to staff when caller.sub == " a" header "x-b" = "b" header "x-a" = caller.sub'
    expect(said('IAP5010', sent)).toEqual([
      {
        place: 'caller.sub',
        message: '`p` can never apply: this contradicts another clause of the rule',
        related: ['caller.sub == " a"'],
      },
    ])
    const key = 'permit p on orders.list to staff when caller.level == 0 limit 5 per 1m by 10 / caller.level'
    expect(said('IAP5010', key)).toEqual([
      {
        place: '10 / caller.level',
        message: '`p` can never apply: this contradicts another clause of the rule',
        related: ['caller.level == 0'],
      },
    ])
  })

  test('a role that nobody can have', () => {
    const role = 'role nobody of staff when caller.sub.startsWith("a") && caller.sub.startsWith("b")'
    expect(said('IAP5010', `${role}\npermit p on orders.list to nobody`)).toEqual([
      { place: 'nobody', message: '`p` can never apply: no caller can be `nobody`', related: ['nobody'] },
    ])
    expect(findingsIn('IAP5010', `${role}\npermit p on orders.list to nobody, partner`)).toEqual([])
  })

  test('all of it together', () => {
    const policy = 'permit p on orders.read to staff when params.id != "a" when params.id != "b" when params.id.matches("^[ab]$")'
    expect(said('IAP5010', policy)).toEqual([
      {
        place: 'p',
        message: '`p` can never apply: its clauses can never hold together',
        related: ['staff', 'params.id', 'params.id', 'params.id'].map(
          (_, at) => ['staff', 'params.id != "a"', 'params.id != "b"', 'params.id.matches("^[ab]$")'][at],
        ),
      },
    ])
  })
})

describe('a permit that nothing meets, and that asks all the same', () => {
  const end = 'callers are still challenged to sign in or step up'

  test.each([
    ['for a login', 'permit p on orders.list to anonymous require mfa', `this requirement can never be met; ${end}`],
    [
      'for what contradicts itself',
      'permit p on orders.list to staff require acr "gold" require acr "silver"',
      `this contradicts another clause of the rule; ${end}`,
    ],
  ])('%s', (_, policy, why) => {
    expect(said('IAP5010', policy).map(({ message }) => message)).toEqual([`\`p\` never permits anything: ${why}`])
    expect(said('IAP5010', `shadow ${policy}`).map(({ message }) => message)).toEqual([
      `\`p\` can never apply: ${why.replace(`; ${end}`, '')}`,
    ])
  })
})

test('on one of its routes it may', () => {
  const policy =
    'service s at "s.example" {\n  route a GET "/a/{id}"\n  route b GET "/b/{id: int}"\n}\npermit p on s.a to staff when params.id == "x"'
  expect(findingsIn('IAP5010', policy)).toEqual([])
})

test('what the text shows already is told once', () => {
  expect(findingsIn('IAP5010', 'permit p on orders.list to staff when caller.sub == "a" when caller.sub == "b"')).toEqual(['p'])
})

test('of what nobody can tell nothing is said', () => {
  const policy = 'permit p on orders.read to staff when params.id.lowerAscii() == "x" unless params.id.upperAscii() == "X"'
  expect(findingsIn('IAP5010', policy)).toEqual([])
})
