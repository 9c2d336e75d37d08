import { describe, expect, test } from 'vitest'
import type { Model } from '../../../language/checker/model.ts'
import { parse } from '../../../language/parse.ts'
import type { RoleDeclaration, RuleDeclaration } from '../../../language/syntax/ast.ts'
import type { EvalAnswer } from '../../../runtime/abi/index.ts'
import { coverageHtml } from './html.ts'
import { lcov } from './lcov.ts'
import { type Coverage, measureCoverage, type Observe } from './measure-coverage.ts'
import { uncovered } from './uncovered.ts'

const TEXT = `role chief of staff when caller.level > 3
service s at "h.test" {
  route a GET "/a"
  route b GET "/b"
}
permit p on s.* to staff
  when <x> == 1
  require mfa
forbid f on s.a unless y
shadow forbid g on s.b
`.replace('<x>', 'caller.x')
const source = { name: 'p.iap', text: TEXT }
const file = parse(source).result
const rules = file.declarations.filter((each): each is RuleDeclaration => each.kind === 'RuleDeclaration')
const role = file.declarations[0] as RoleDeclaration
const condition = (name: string) => {
  const found = rules.find((each) => each.name.text === name)?.conditions[0]?.expression
  if (found === undefined) throw new Error(name)
  return found
}

const CHIEF = { name: 'chief', condition: role.when }

/** As much of a model as coverage looks at. */
function modelWith(tests: number): Model {
  return {
    sources: [source],
    data: [],
    routes: [{ name: 's.a' }, { name: 's.b' }, { name: 's.imported' }],
    rules: rules.map((declaration) => ({
      name: declaration.name.text,
      declaration,
      to: [{ kind: 'role', role: CHIEF }],
      conditions: declaration.conditions,
      requires: declaration.requires,
      limit: null,
      headers: [],
    })),
    referenceOf: () => ({ kind: 'builtin' }),
    tests: Array.from({ length: tests }, (_, at) => ({
      name: `t${at}`,
      caller: null,
      authenticated: null,
      method: 'GET',
      url: String(at),
      body: null,
      headers: [],
      data: {},
      missing: [],
      mtls: null,
      at: null,
      from: null,
    })),
  } as unknown as Model
}

const ANSWER: EvalAnswer = {
  effect: 'deny',
  route: null,
  rules: [],
  obligations: { headers: {}, limits: [] },
  challenge: null,
  shadow: [],
  errors: [],
  reason: null,
  revision: '',
}

type Told = Partial<EvalAnswer> & { readonly seen?: readonly (readonly [Parameters<Observe>[0], unknown])[] }

function measure(...told: readonly Told[]): Coverage {
  return measureCoverage(modelWith(told.length), ({ url }, observe) => {
    const { seen = [], ...answer } = told[Number(url)] as Told
    for (const [expression, value] of seen) observe(expression, value)
    return { ...ANSWER, ...answer }
  })
}

const everything: readonly Told[] = [
  {
    route: 's.a',
    rules: ['p'],
    seen: [
      [condition('p'), true],
      [condition('f'), false],
      [role.when as never, true],
      [rules[0]?.requires[0] as never, true],
    ],
  },
  {
    route: 's.b',
    rules: ['f'],
    shadow: ['g'],
    seen: [
      [condition('p'), false],
      [condition('f'), true],
      [role.when as never, false],
      [rules[0]?.requires[0] as never, false],
    ],
  },
  { route: 's.imported' },
]

describe('coverage', () => {
  test('of nothing', () => {
    const coverage = measure()
    // Three routes, three rules, four clauses both ways.
    expect(coverage).toMatchObject({ covered: 0, total: 14, percent: 0 })
    expect(uncovered(coverage).map(({ message }) => message)).toEqual([
      'no test takes the route `s.a`',
      'no test takes the route `s.b`',
      'no test takes the route `s.imported`',
      'no test is decided by `p`',
      'no test is decided by `f`',
      'no test is decided by `g`',
      'in no test is a clause of `chief` either true or false: `when caller.level > 3`',
      'in no test is a clause of `p` either true or false: `when caller.x == 1`',
      'in no test is a clause of `p` either met or unmet: `require mfa`',
      'in no test is a clause of `f` either true or false: `unless y`',
    ])
  })

  test('of everything', () => {
    const coverage = measure(...everything)
    expect(coverage).toMatchObject({ covered: 14, total: 14, percent: 100 })
    expect(uncovered(coverage)).toEqual([])
  })

  test('counts tests, each once, and tells errors from both', () => {
    const { rules, clauses } = measure(
      {
        rules: ['p'],
        seen: [
          [condition('p'), true],
          [condition('p'), true],
        ],
      },
      { rules: ['p'], seen: [[condition('p'), 'some error']] },
    )
    expect(rules.map(({ name, tests }) => [name, tests])).toEqual([
      ['p', 2],
      ['f', 0],
      ['g', 0],
    ])
    expect(clauses[1]).toMatchObject({ owner: 'p', kind: 'when', true: 1, false: 0, errors: 1 })
  })

  test('knows where a route is written, and that one is not', () => {
    const [a, , imported] = measure().routes
    expect(a?.span && TEXT.slice(a.span.start, a.span.end)).toBe('a')
    expect(imported?.span).toBeNull()
  })
})

test('lcov', () => {
  const text = lcov(measure(everything[0] as Told))
  expect(text).toBe(
    [
      'TN:',
      'SF:p.iap',
      'FN:3,s.a',
      'FN:4,s.b',
      'FN:6,p',
      'FN:9,f',
      'FN:10,g',
      'FNDA:1,s.a',
      'FNDA:0,s.b',
      'FNDA:1,p',
      'FNDA:0,f',
      'FNDA:0,g',
      'FNF:5',
      'FNH:2',
      'BRDA:1,0,0,1',
      'BRDA:1,0,1,0',
      'BRDA:7,1,0,1',
      'BRDA:7,1,1,0',
      'BRDA:8,2,0,1',
      'BRDA:8,2,1,0',
      'BRDA:9,3,0,0',
      'BRDA:9,3,1,1',
      'BRF:8',
      'BRH:4',
      'DA:1,1',
      'DA:3,1',
      'DA:4,0',
      'DA:6,1',
      'DA:7,1',
      'DA:8,1',
      'DA:9,1',
      'DA:10,0',
      'LF:8',
      'LH:6',
      'end_of_record',
      '',
    ].join('\n'),
  )
  expect(lcov(measure())).toContain('BRDA:1,0,0,-')
})

test('the page stands alone and shows what is missing', () => {
  const page = coverageHtml(measure(everything[0] as Told))
  expect(page).toContain('<td>6 of 14, 42.8 %</td>')
  expect(page).toContain('no test takes the route <code>s.b</code> <a href="#p.iap-4">p.iap:4</a>')
  expect(page).toContain('<tr id="p.iap-4" class="missed">')
  expect(page).toContain('<tr id="p.iap-3" class="covered">')
  expect(page).not.toMatch(/<script|https?:|src=/)
  expect(coverageHtml(measure(...everything))).toContain('Every route, every rule, and every clause both ways.')
})

test('what a source holds is text on the page', () => {
  const hostile = { name: '<img src=x>.iap', text: 'service s at "h" { route a GET "/<b>" }' }
  const model = { ...modelWith(0), sources: [hostile], routes: [{ name: 's.a' }], rules: [], roles: [] } as unknown as Model
  const page = coverageHtml(measureCoverage(model, () => ANSWER))
  expect(page).toContain('/&#60;b&#62;')
  expect(page).not.toContain('<img')
})
