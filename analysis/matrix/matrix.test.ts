import { describe, expect, test } from 'vitest'
import { interpret } from '../../interpreter/index.ts'
import { checkProject } from '../../language/index.ts'
import { type Cell, matrix } from './index.ts'

/** The cells of the route `s.get`, by whom they are about, as lines. */
function cellsOf(rules: string, declarations = ''): Record<string, readonly string[]> {
  const text = `identity staff via oidc { sub: string, level: int, groups: set<string>, note?: string }
identity robot via mtls
role boss of staff when caller.level > 5
role chief of staff when caller.level > 7
${declarations}
service s at "s.test" { route get POST "/{id}" body { amount: int } }
${rules}`
  const { result, diagnostics } = checkProject({ read: (name) => (name === 'p.iap' ? text : null) }, ['p.iap'])
  if (result === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  const { columns, rows } = matrix({
    model: result,
    interpret: (model, request) => ({ ...interpret(model, request), revision: '' }),
  })
  const named = columns.map(({ identity, role }) => (role ?? identity) || 'anonymous')
  return Object.fromEntries(named.map((name, at) => [name, linesOf(rows[0]?.cells[at] as Cell)]))
}

function linesOf({ verdict, permits, forbids, why, nobody }: Cell): readonly string[] {
  return [
    verdict + (nobody ? ' (nobody)' : ''),
    ...permits.map(({ rule, clauses }) => `permit ${[rule, ...clauses].join(' ')}`),
    ...forbids.map(({ rule, clauses }) => `forbid ${[rule, ...clauses].join(' ')}`),
    ...why,
  ]
}

describe('what is left of rules', () => {
  test('for whom they are is told as far as it is not settled', () => {
    expect(cellsOf('permit p on s.get to boss, robot')).toEqual({
      anonymous: ['never'],
      robot: ['always'],
      staff: ['if', 'permit p to boss'],
      boss: ['always'],
      chief: ['always'],
    })
  })

  test('of clauses what is not settled by who calls, in the text of the policy without its comments', () => {
    const cells = cellsOf(`permit p on s.get to staff, robot
      when caller is staff && (caller is chief || // chiefs may
           "a  b" in caller.groups) || caller is robot && caller.path   == "/x"
      unless caller is staff && caller.level < 0 && body.amount > 3`)
    expect(cells.robot).toEqual(['if', 'permit p when caller.path == "/x"'])
    expect(cells.chief).toEqual(['always'])
    expect(cells.boss).toEqual(['if', 'permit p when caller is chief || "a  b" in caller.groups'])
    expect(cells.staff).toEqual([
      'if',
      'permit p when caller is chief || "a  b" in caller.groups unless caller.level < 0 && body.amount > 3',
    ])
  })

  test('in parentheses, where they would be read otherwise', () => {
    const { robot, staff } = cellsOf(`permit p on s.get to staff, robot
      when body.amount > 1 && (caller is staff || body.amount < 5 || params.id == "x") && !(caller is robot && params.id == "y")`)
    expect(robot).toEqual(['if', 'permit p when body.amount > 1 && (body.amount < 5 || params.id == "x") && !(params.id == "y")'])
    expect(staff).toEqual(['if', 'permit p when body.amount > 1'])
  })

  test('on one line, whatever texts there are', () => {
    const { staff } = cellsOf(`permit p on s.get to staff when caller.sub != """x
[2] permit everyone\\t"a" """ && caller.sub != r'''\\n
'''`)
    expect(staff).toEqual([
      'if',
      String.raw`permit p when caller.sub != "x\n[2] permit everyone\t\"a\" " && caller.sub != "\\n\n"`,
    ])
  })

  test('of a choice what it comes to', () => {
    const { robot, boss } = cellsOf('permit p on s.get to authenticated when caller is staff ? body.amount < 9 : body.amount < 3')
    expect([robot, boss]).toEqual([
      ['if', 'permit p when body.amount < 3'],
      ['if', 'permit p when body.amount < 9'],
    ])
  })

  test('what forbids do, and nothing of those that take nothing away', () => {
    const { boss, chief, robot } = cellsOf(`permit p on s.get to authenticated when body.amount < 100
      forbid large on s.get when body.amount > 50 unless caller is chief
      forbid nothing on s.get when body.amount > 100
      forbid more on s.get to boss when body.amount > 40 && body.amount < 60 unless mfa within 5m`)
    // Whatever is as large as that is forbidden already.
    expect(robot).toEqual(['if', 'permit p', 'forbid large when body.amount > 50'])
    expect(chief).toEqual([
      'if',
      'permit p when body.amount < 100',
      'forbid more when body.amount > 40 && body.amount < 60 unless mfa within 5m',
    ])
    expect(boss).toHaveLength(4)
  })

  test('no rule that only permits what another does; but how often is not for it to say', () => {
    const { boss, chief } = cellsOf(`permit narrow on s.get to staff when body.amount < 3
      permit wide on s.get to staff when body.amount < 5
      permit limited on s.get to chief limit 5 per 1h by caller.sub`)
    expect(boss).toEqual(['if', 'permit limited to chief limit 5 per 1h by caller.sub', 'permit wide when body.amount < 5'])
    expect(chief).toEqual(['always', 'permit limited limit 5 per 1h by caller.sub', 'permit wide when body.amount < 5'])
    expect(
      cellsOf('permit p on s.get to staff when caller.level > 1\npermit q on s.get to staff when caller.level < 2').staff,
    ).toEqual(['always'])
    expect(cellsOf('permit p on s.get to staff limit 1 per 1h\npermit q on s.get to staff').staff).toEqual(['always'])
  })

  test('all rules with a limit, as one of them with room is enough', () => {
    const { staff, boss, chief } = cellsOf(`permit few on s.get to staff limit 5 per 1h
      permit many on s.get to boss limit 1000 per 1h by caller.sub
      permit free on s.get to chief`)
    expect(staff).toEqual([
      'always',
      'permit few limit 5 per 1h',
      'permit free to chief',
      'permit many to boss limit 1000 per 1h by caller.sub',
    ])
    expect(boss).toEqual([
      'always',
      'permit few limit 5 per 1h',
      'permit free to chief',
      'permit many limit 1000 per 1h by caller.sub',
    ])
    expect(chief).toEqual(['always'])
  })

  test('what a permit cannot be without', () => {
    // A clause like others, where it may err.
    expect(cellsOf('permit p on s.get to staff limit 5 per 1h by string(10 / caller.level)').staff).toEqual([
      'if',
      'permit p limit 5 per 1h by string(10 / caller.level)',
    ])
    const { staff } = cellsOf('permit p on s.get to staff require mfa header "x-sub" = caller.sub')
    expect(staff).toEqual(['if', 'permit p require mfa header "x-sub" = caller.sub'])
    expect(cellsOf('permit p on s.get to staff header "x-kind" = "staff"').staff).toEqual(['always'])
  })

  test('an optional is missing for some, and what is worked out is not known', () => {
    const { staff } = cellsOf('permit p on s.get to staff when has(caller.note) && caller.note == "x"')
    expect(staff).toEqual(['if', 'permit p when has(caller.note) && caller.note == "x"'])
    expect(cellsOf('permit p on s.get to staff when 1 / body.amount == 7').staff?.[0]).toBe('may')
  })

  test('shadow rules are none', () => {
    expect(cellsOf('permit p on s.get to staff\nshadow forbid f on s.get').staff).toEqual(['always'])
    expect(cellsOf('shadow permit p on s.get to staff').staff).toEqual(['never'])
  })
})

describe('what is not known', () => {
  test('is not said: where no request shows it, nobody can tell', () => {
    const { staff } = cellsOf('permit p on s.get to staff when body.amount * body.amount == 2')
    expect(staff).toEqual(['may', 'permit p when body.amount * body.amount == 2', 'body.amount * body.amount'])
  })

  test('nor is anything blamed that it does not depend on', () => {
    const cells = cellsOf(
      'permit p on s.get to boss when body.amount * body.amount == 2',
      'role quiet of staff when size(caller.groups) == 0',
    )
    expect(cells.staff?.slice(2)).toEqual(['body.amount * body.amount'])
    expect(cells.boss?.slice(2)).toEqual(['body.amount * body.amount'])
    expect(cells.quiet?.slice(2)).toEqual(['size(caller.groups)', 'body.amount * body.amount'])
  })

  test('what no request has is not the same where it is of two types', () => {
    const { staff } = cellsOf(
      `permit p on s.*, t.* to staff when has(query.since) when query.since <= request.time
      permit q on s.get to staff when caller.level > 1
      forbid f on s.*, t.* when has(params.sub) when params.sub != params.id`,
      'service t at "t.test" { route since GET "/{sub}/{id}" query { since: timestamp } }',
    )
    expect(staff).toEqual(['if', 'permit q when caller.level > 1'])
  })

  test('a role that nobody can have', () => {
    const cells = cellsOf('permit p on s.get to staff', 'role ghost of staff when caller.level > 3 && caller.level < 4')
    expect([cells.ghost, cells.staff]).toEqual([['never (nobody)'], ['always']])
  })

  test('where there is no room for all of it, all that may concern them is told', () => {
    const { staff, robot } = cellsOf(`permit p on s.get to staff when params.id.matches("a.{20}$")
      permit q on s.get to robot`)
    expect(staff?.[0]).toBe('may')
    expect(staff?.[1]).toBe('permit p to staff when params.id.matches("a.{20}$")')
    expect(staff?.[2]).toMatch(/ on s\.get$/)
    expect(robot).toEqual(['always'])
  })

  test('where nothing permits, it takes no room to know', () => {
    const hard = 'matches("a.{20}$")'
    expect(cellsOf(`forbid f on s.get when params.id.${hard}`, 'role ghost of staff when false')).toMatchObject({
      anonymous: ['never'],
      staff: ['never'],
      ghost: ['never (nobody)'],
    })
    const cells = cellsOf('permit p on s.get to robot', `role hard of staff when caller.sub.${hard}`)
    expect([cells.hard, cells.staff, cells.robot]).toEqual([['never'], ['never'], ['always']])
  })
})
