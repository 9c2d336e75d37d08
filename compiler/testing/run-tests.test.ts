import { describe, expect, test } from 'vitest'
import type { Model, Test } from '../../language/checker/model.ts'
import {
  answerInWords,
  type EvalAnswer,
  type EvalRequest,
  expectationInWords,
  isExpected,
  periodInWords,
} from '../../runtime/abi/index.ts'
import { firstFailure, runTests } from './run-tests.ts'
import { earlier, testRequest } from './test-request.ts'

const SPAN = { source: { name: 'p.iap', text: 'expect permit' }, start: 0, end: 13 } as Test['expect']['span']
const EXPECT: Test['expect'] = { effect: 'permit', by: null, status: null, headers: [], limit: null, shadow: null, span: SPAN }
const TEST: Test = {
  name: 't',
  declaration: null as unknown as Test['declaration'],
  caller: null,
  authenticated: null,
  method: 'GET',
  url: 'https://h.test/1',
  body: null,
  headers: [],
  data: {},
  missing: [],
  mtls: null,
  at: null,
  from: null,
  expect: EXPECT,
}
const STAFF = { identity: { name: 'staff' }, claims: { sub: 'ann' } } as unknown as NonNullable<Test['caller']>

const datum = (name: string, type: object) => ({ name, type, index: 0, doc: null, place: SPAN })
const modelWith = (tests: readonly Test[], data: readonly object[] = []) => ({ tests, data }) as unknown as Model
const ask = (changes: Partial<Test>, data: readonly object[] = []) => testRequest(modelWith([], data), { ...TEST, ...changes })

const ANSWER: EvalAnswer = {
  effect: 'permit',
  route: 's.r',
  rules: ['p'],
  obligations: { headers: { 'x-tier': 'gold' }, limits: [{ rule: 'p', count: 1, per: 1000, key: null }] },
  challenge: null,
  shadow: ['later'],
  errors: [],
  reason: null,
  revision: '',
}

describe('the request is what the test says', () => {
  test('and what it leaves out has a value', () => {
    expect(ask({})).toEqual({
      method: 'GET',
      url: 'https://h.test/1',
      headers: {},
      caller: null,
      time: '2026-01-01T12:00:00Z',
      source: { ip: '192.0.2.1' },
      data: {},
    })
  })

  test('in every part', () => {
    const request = ask({
      caller: STAFF,
      authenticated: { by: 'mfa', millisecondsAgo: 300_000 },
      method: 'POST',
      body: { json: null },
      headers: [
        { name: 'x-a', value: '1' },
        { name: '__proto__', value: 'p' },
        { name: 'x-a', value: '2' },
      ],
      mtls: { spiffe_id: 'spiffe://t/x' },
      at: '2026-03-02T09:00:00Z',
      from: '10.1.2.3',
    })
    expect(request).toMatchObject({
      method: 'POST',
      body: null,
      mtls: { spiffe_id: 'spiffe://t/x' },
      caller: { identity: 'staff', claims: { sub: 'ann' }, auth: { time: '2026-03-02T08:55:00.000Z', amr: ['mfa'] } },
      time: '2026-03-02T09:00:00Z',
      source: { ip: '10.1.2.3' },
    })
    expect(Object.entries(request.headers ?? {})).toEqual([
      ['x-a', ['1', '2']],
      ['__proto__', ['p']],
    ])
  })

  test('by which an `acr`, or nothing, authenticates as well', () => {
    const auth = (by: NonNullable<Test['authenticated']>['by']) =>
      ask({ caller: STAFF, authenticated: { by, millisecondsAgo: 0 } }).caller?.auth
    expect(auth({ acr: 'gold' })).toEqual({ time: '2026-01-01T12:00:00.000Z', acr: 'gold' })
    expect(auth(null)).toEqual({ time: '2026-01-01T12:00:00.000Z' })
  })

  test('with a body as it stands', () => {
    expect(ask({ body: { raw: '{' } })).toMatchObject({ rawBody: '{' })
    expect(ask({ body: { raw: '{' } })).not.toHaveProperty('body')
  })

  test('with data that is empty where it is not given, but for what has no empty value', () => {
    const data = [
      datum('a', { kind: 'list' }),
      datum('b', { kind: 'set' }),
      datum('c', { kind: 'map' }),
      datum('d', { kind: 'hierarchy' }),
      datum('e', { kind: 'record' }),
      datum('f', { kind: 'int' }),
    ]
    expect(ask({}, data).data).toEqual({ a: [], b: [], c: {}, d: {} })
    expect(ask({ data: { a: [1], e: { x: 1 } } }, data).data).toEqual({ a: [1], b: [], c: {}, d: {}, e: { x: 1 } })
    expect(ask({ missing: ['a', 'c', 'e'] }, data).data).toEqual({ b: [], d: {} })
  })
})

test.each([
  ['2026-03-02T09:00:00Z', 600_000, '2026-03-02T08:50:00.000Z'],
  ['2026-03-02T09:00:00+01:00', 1, '2026-03-02T07:59:59.999Z'],
  ['2026-03-02T09:00:00.123456789Z', 1000, '2026-03-02T08:59:59.123456789Z'],
  ['2026-01-01T00:00:00Z', 86_400_000 * 366, '2024-12-31T00:00:00.000Z'],
  ['yesterday', 1, 'yesterday'],
])('%s less %d ms', (time, ago, expected) => expect(earlier(time, ago)).toBe(expected))

describe('an expectation is met', () => {
  test.each<[boolean, Partial<Test['expect']>, Partial<EvalAnswer>]>([
    [true, {}, {}],
    [false, {}, { effect: 'deny' }],
    [true, { by: 'p' }, { rules: ['o', 'p'] }],
    [false, { by: 'p' }, { rules: ['o'] }],
    [true, { effect: 'deny', by: 'default' }, { effect: 'deny', rules: [], reason: 'default' }],
    [false, { effect: 'deny', by: 'default' }, { effect: 'deny', rules: [], reason: 'no-route' }],
    [false, { effect: 'deny', by: 'default' }, { effect: 'deny', rules: ['f'], reason: 'default' }],
    [true, { effect: 'deny', by: 'no-route' }, { effect: 'deny', rules: [], reason: 'no-route' }],
    [true, { effect: 'deny', by: 'data' }, { effect: 'deny', rules: [], reason: 'data' }],
    [true, { effect: 'challenge' }, { effect: 'challenge', rules: [] }],
    [true, { effect: 'reject', status: 400 }, { effect: 'reject', status: 400 }],
    [true, { effect: 'reject' }, { effect: 'reject', status: 401 }],
    [false, { effect: 'reject', status: 400 }, { effect: 'reject', status: 401 }],
    [true, { headers: [{ name: 'x-tier', value: 'gold' }] }, {}],
    [false, { headers: [{ name: 'x-tier', value: 'plain' }] }, {}],
    [false, { headers: [{ name: 'toString', value: 'gold' }] }, {}],
    [true, { limit: ['p'] }, {}],
    [false, { limit: [] }, {}],
    [true, { limit: [] }, { obligations: { headers: {}, limits: [] } }],
    [false, { limit: ['p', 'q'] }, {}],
    [true, { shadow: ['later'] }, {}],
    [false, { shadow: [] }, {}],
    [true, { shadow: ['b', 'a'] }, { shadow: ['a', 'b'] }],
  ])('%s: %j of %j', (met, expected, answer) => {
    expect(isExpected({ ...ANSWER, ...answer }, { ...EXPECT, ...expected })).toBe(met)
  })
})

describe('in words', () => {
  test.each<[Partial<Test['expect']>, Partial<EvalAnswer>, string, string]>([
    [{ by: 'p' }, { rules: ['o', 'p'] }, 'permit by p', 'permit by o, p'],
    [
      { headers: [{ name: 'x-tier', value: 'a"b' }], limit: ['p'], shadow: [] },
      {},
      'permit header "x-tier": "a\\"b" limit p shadow none',
      'permit by p header "x-tier": "gold" limit p shadow later',
    ],
    [{ effect: 'reject', status: 400 }, { effect: 'reject', status: 401, message: 'no' }, 'reject 400', 'reject 401: no'],
    [
      { effect: 'deny' },
      { effect: 'deny', rules: ['f'], reason: 'Why.', errors: [{ rule: 'f', error: 'evaluation' }] },
      'deny',
      'deny by f (could not be evaluated: f)',
    ],
    [
      { effect: 'unauthenticated' },
      {
        effect: 'challenge',
        challenge: [
          { what: 'acr', values: ['gold', 'silver'], within: 5_400_000 },
          { what: 'mfa', values: [], within: null },
        ],
      },
      'unauthenticated',
      'challenge by p (it asks for acr "gold" | "silver" within 90m and mfa)',
    ],
  ])('%j, %j', (expected, answer, one, other) => {
    expect(expectationInWords({ ...EXPECT, ...expected })).toBe(one)
    expect(answerInWords({ ...ANSWER, ...answer }, { ...EXPECT, ...expected })).toBe(other)
  })

  test.each([
    [0, '0ms'],
    [500, '500ms'],
    [90_000, '90s'],
    [3_600_000, '1h'],
    [604_800_000, '7d'],
  ])('%d ms', (ms, words) => expect(periodInWords(ms)).toBe(words))
})

test('every test has a result, and those that fail an explanation', () => {
  const asked: EvalRequest[] = []
  const tests = [TEST, { ...TEST, name: 't / row', expect: { ...EXPECT, effect: 'deny' as const } }]
  const results = runTests(modelWith(tests), { evaluate: () => ANSWER, explain: (request) => `because ${asked.push(request)}` })
  expect(results).toEqual([
    { name: 't', passed: true, expected: 'permit', actual: 'permit by p', explanation: null, evidence: null, span: SPAN },
    {
      name: 't / row',
      passed: false,
      expected: 'deny',
      actual: 'permit by p',
      explanation: 'because 1',
      evidence: null,
      span: SPAN,
    },
  ])
  expect(asked).toHaveLength(1)
  expect(runTests(modelWith(tests), { evaluate: () => ANSWER })[1]?.explanation).toBeNull()
})

test('the first that fails is enough to know that some do', () => {
  const tests = [TEST, { ...TEST, name: 'no', expect: { ...EXPECT, effect: 'deny' as const } }, { ...TEST, name: 'unasked' }]
  let asked = 0
  const evaluate = () => {
    asked++
    return ANSWER
  }
  expect([firstFailure(modelWith(tests), evaluate), asked]).toEqual(['no', 2])
  expect(firstFailure(modelWith([TEST]), evaluate)).toBeNull()
})
