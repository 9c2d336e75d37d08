import { describe, expect, test } from 'vitest'
import { policyViolation } from '../../../runtime/abi/allowlist/index.ts'
import { compile } from '../../compile.ts'
import type { PolicyIr } from '../../ir/index.ts'
import { ask, modelOf, moduleOf, run } from '../../testing/compile-text.ts'
import { emit, TABLES_EVERYWHERE } from '../index.ts'

const POLICY = `
identity staff via jwt { sub: string, level: int, groups: set<string> }
role editor of staff when "editors" in caller.groups
service s at "h.test" {
  route one GET "/one/{id}"
  route two GET "/two/{name}"
  route sum GET "/sum/{n: int}"
}
permit by_owner_one on s.one to editor when params.id == caller.sub && caller.level > 3
permit by_owner_two on s.two to editor when params.name == caller.sub && caller.level > 5
permit named on s.one to staff when params.id in ["a", "b"]
forbid not_x on s.one, s.two when "x-a" in request.headers && request.headers["x-a"] == "x" because "X."
permit overflowing on s.sum to staff when params.n + 9007199254740990 > 0
forbid overflowing_too on s.sum when params.n + 9007199254740989 == 0 because "Large."
`

const tabled = (policy: PolicyIr) => emit(policy, { tables: TABLES_EVERYWHERE })

describe('tables', () => {
  const code = compile(modelOf(POLICY), { emit: tabled }).policy

  test('ask once what routes ask alike', () => {
    const [, asked = ''] = code.split('function test$holds(test, facts, request) {\n')
    expect(asked.slice(0, asked.indexOf('\n}\n'))).toMatchInlineSnapshot(`
      "  switch (test.ask) {
          case 0: {
            let x_a
            return (x_a = request.headers.get('x-a')) !== undefined && x_a === test.a
          }
          case 1: {
            const id = request.segments[1]
            return id === test.a || id === test.b
          }
          case 2: {
            const caller = facts.caller
            return caller.level > test.a
          }
          case 3: {
            const id = request.segments[1]
            const caller = facts.caller
            return id === caller.$sub
          }
          case 4: {
            const n = abi.segmentInteger(request.segments[1])
            let value1
            return !abi.isInt(value1 = n + 9007199254740989) || value1 === test.a
          }
          case 5: {
            const n = abi.segmentInteger(request.segments[1])
            let value1
            return abi.isInt(value1 = n + 9007199254740990) && value1 > test.a
          }
        }
        return abi.absent()"
    `)
    expect(code.slice(code.indexOf('// a line a route'), code.indexOf('return abi.policy'))).toMatchInlineSnapshot(`
      "// a line a route: for anonymous callers where its rows begin, and the outcome where none holds; the same for others
      const table$routes = new Int32Array([
        0, 3, 1, 1,
        4, 3, 5, 1,
        7, 3, 8, 1,
      ])
      // a line a rule: role word, role mask, 1 where the caller has one of them and 0 where none, test of the caller, test of the request, outcome
      const table$rules = new Int32Array([
        -1, 0, 1, -1, 0, 4,
        -1, 0, 1, -1, 0, 4,
        -1, 0, 1, -1, 1, 5,
        0, 1, 1, 2, 3, 6,
        -1, 0, 1, -1, 4, 7,
        -1, 0, 1, -1, 4, 7,
        -1, 0, 1, -1, 5, 8,
        -1, 0, 1, -1, 0, 4,
        -1, 0, 1, -1, 0, 4,
        0, 1, 1, 6, 3, 9,
      ])
      // what rules ask
      const table$tests = [
        { ask: 0, a: 'x', b: null, c: null, d: null, e: null, f: null },
        { ask: 1, a: 'a', b: 'b', c: null, d: null, e: null, f: null },
        { ask: 2, a: 3, b: null, c: null, d: null, e: null, f: null },
        { ask: 3, a: null, b: null, c: null, d: null, e: null, f: null },
        { ask: 4, a: 0, b: null, c: null, d: null, e: null, f: null },
        { ask: 5, a: 0, b: null, c: null, d: null, e: null, f: null },
        { ask: 2, a: 5, b: null, c: null, d: null, e: null, f: null },
      ]
      const table$all = abi.table(table$routes, table$rules, table$tests, test$holds)

      "
    `)
  })

  const module = moduleOf(POLICY, { emit: tabled })
  const staff = (sub: string, level: number, ...groups: string[]) => ['staff', { sub, level, groups }] as const
  test.each([
    ['/one/ann', staff('ann', 4, 'editors'), 'permit', 'by_owner_one'],
    ['/one/ann', staff('ann', 3, 'editors'), 'deny', null],
    ['/one/ann', staff('ann', 4), 'deny', null],
    ['/one/b', staff('ann', 4), 'permit', 'named'],
    ['/two/ann', staff('ann', 5, 'editors'), 'deny', null],
    ['/two/ann', staff('ann', 6, 'editors'), 'permit', 'by_owner_two'],
    ['/sum/1', staff('ann', 1), 'permit', 'overflowing'],
    // An error: the permit does not hold, the forbid does.
    ['/sum/2', staff('ann', 1), 'deny', null],
    ['/sum/3', staff('ann', 1), 'deny', 'overflowing_too'],
    ['/sum/3', undefined, 'deny', 'overflowing_too'],
    ['/one/a', undefined, 'unauthenticated', null],
  ] as const)('%s', (path, as, effect, rule) => {
    const answer = ask(module, { path, as })
    expect([answer.effect, answer.rules[0] ?? null]).toEqual([effect, rule])
  })

  test('a forbid of one caller is none of another', () => {
    expect(ask(module, { path: '/one/a', as: staff('a', 9), headers: { 'x-a': 'x' } })).toMatchObject({
      effect: 'deny',
      reason: 'X.',
    })
  })
})

test('few routes have functions', () => {
  expect(compile(modelOf(POLICY)).policy).not.toContain('abi.table')
})

test('fewer routes with many rules have tables, and with few of them functions', () => {
  const policyOf = (rules: number, condition = 'params.id == caller.sub') => {
    const routes = Array.from({ length: 8 }, (_, at) => `route r${at} GET "/r${at}/{id}"`)
    const permits = Array.from(
      { length: 8 * rules },
      (_, at) => `permit p${at} on s.r${at % 8} to staff when caller.level == ${at} && ${condition}`,
    )
    const text = ['identity staff via jwt { sub: string, level: int }', `service s at "h.test" {`, ...routes, '}', ...permits]
    return compile(modelOf(text.join('\n'))).policy
  }
  expect(policyOf(4).match(/abi\.tabled/g)).toHaveLength(8)
  expect(policyOf(3)).not.toContain('abi.tabled')
  // What the caller alone decides is kept beside the caller.
  expect(policyOf(4, 'caller.sub != "x"')).not.toContain('abi.tabled')
})

describe('many routes', () => {
  const many = Array.from(
    { length: 40 },
    (_, at) => `
  service t${at} at "t${at}.test" { route r GET "/{id}" }
  permit p${at} on t${at}.r to staff when caller.level > ${at} && params.id == "x${at}"`,
  ).join('')
  const { policy } = compile(modelOf(`identity staff via jwt { sub: string, level: int }${many}`))

  test('are in tables', () => {
    expect(policy.match(/abi\.tabled/g)).toHaveLength(40)
    expect(policy).not.toContain('function decide$')
    // One question about the caller, and one about the request.
    expect(policy.match(/case \d+:/g)).toHaveLength(2)
  })

  test('but for what is asked nowhere else', () => {
    const other =
      'service u at "u.test" { route r GET "/" }\npermit q on u.r to staff when request.path.lowerAscii() == caller.sub'
    const { policy: mixed } = compile(modelOf(`identity staff via jwt { sub: string, level: int }${many}\n${other}`))
    expect(mixed.match(/abi\.tabled/g)).toHaveLength(40)
    expect(mixed).toContain('function decide$u$r')
  })
})

describe('much that rules ask', () => {
  const FIELDS = 40
  // Each pair of fields is asked about in one place alone.
  const pairs = Array.from({ length: FIELDS }, (_, one) =>
    Array.from({ length: FIELDS - one - 1 }, (_, more) => [one, one + more + 1] as const),
  ).flat()
  const fields = Array.from({ length: FIELDS }, (_, at) => `f${at}: string`)
  const routes = pairs.map((_, at) => `route r${at} GET "/r${at}/{id}"`)
  const rules = pairs.map(([one, other], at) => `permit p${at} on s.r${at} to staff when caller.f${one} == caller.f${other}`)
  const source = `identity staff via jwt { ${fields.join(', ')} }\nservice s at "h.test" { ${routes.join('\n')} }\n${rules.join('\n')}`
  const { policy } = compile(modelOf(source), { emit: tabled })

  test('stands in several functions, none longer than V8 optimizes', () => {
    const holds = policy.split(/\n(?=function |\/\/ a line a route)/).filter((text) => /^function test\$holds/.test(text))
    expect(policy.match(/case \d+:/g)).toHaveLength(pairs.length)
    expect(holds.length).toBeGreaterThan(4)
    expect(Math.max(...holds.map(({ length }) => length))).toBeLessThan(20_000)
    expect(policyViolation(policy)).toBeNull()
  })

  test('is asked by its number, in whatever function it stands', () => {
    const module = run(policy)
    const distinct = Object.fromEntries(fields.map((_, at) => [`f${at}`, `${at}`]))
    for (const [at, [one, other]] of pairs.entries()) {
      if (at % 19 > 0) continue
      const alike = { ...distinct, [`f${one}`]: 'x', [`f${other}`]: 'x' }
      const effectFor = (claims: object) => ask(module, { path: `/r${at}/x`, as: ['staff', claims] }).effect
      expect([effectFor(alike), effectFor(distinct)], `p${at}`).toEqual(['permit', 'deny'])
    }
  })
})
