import { expect, test } from 'vitest'
import type { EvalAnswer, EvalRequest } from '../../runtime/abi/index.ts'
import { modelOf } from './compile-text.ts'
import { runTests } from './run-tests.ts'

const POLICY = `
identity staff via jwt { sub: string, groups: set<string> }
service s at "h.test" { route r GET "/{id}" }
permit p on s.r to staff
forbid f on s.r when params.id == "x"
`
const NOTHING: EvalAnswer = {
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

function runOne(block: string, answer: Partial<EvalAnswer>) {
  const asked: EvalRequest[] = []
  const [result] = runTests(modelOf(`${POLICY}\ntest "t" { ${block} }`), (request) => {
    asked.push(request)
    return { ...NOTHING, ...answer }
  })
  return { result, asked: asked[0] }
}

test('the request is what the block says, and what it leaves out has a value', () => {
  const plain = runOne('as anonymous GET "https://h.test/1" expect deny', {})
  expect(plain.asked).toEqual({
    method: 'GET',
    url: 'https://h.test/1',
    headers: {},
    caller: null,
    time: '2026-01-01T12:00:00Z',
    source: { ip: '192.0.2.1' },
  })
  const full = runOne(
    `as staff { sub: "ann", groups: ["a", "b"] } GET "https://h.test/1" header "x-a": "1" header "x-a": "2" at timestamp("2026-03-02T09:00:00Z") from "10.1.2.3" expect permit`,
    { effect: 'permit' },
  )
  expect(full.asked).toEqual({
    method: 'GET',
    url: 'https://h.test/1',
    headers: { 'x-a': ['1', '2'] },
    caller: { identity: 'staff', claims: { sub: 'ann', groups: ['a', 'b'] } },
    time: '2026-03-02T09:00:00Z',
    source: { ip: '10.1.2.3' },
  })
})

test.each([
  ['permit', { effect: 'permit', rules: ['p'] }, true, 'permit by p'],
  ['permit by p', { effect: 'permit', rules: ['o', 'p'] }, true, 'permit by o, p'],
  ['permit by p', { effect: 'permit', rules: ['o'] }, false, 'permit by o'],
  [
    'deny by f',
    { effect: 'deny', rules: ['f'], reason: 'Why.', errors: [{ rule: 'f', error: 'overflow' }] },
    true,
    'deny by f (f: overflow)',
  ],
  ['deny by default', { effect: 'deny', reason: 'default' }, true, 'deny by default'],
  ['deny by default', { effect: 'deny', reason: 'no-route' }, false, 'deny by no-route'],
  ['deny by default', { effect: 'deny', rules: ['f'], reason: 'default' }, false, 'deny by f'],
  ['deny by no-route', { effect: 'deny', reason: 'no-route' }, true, 'deny by no-route'],
  ['unauthenticated', { effect: 'permit', rules: ['p'] }, false, 'permit by p'],
  ['reject 400', { effect: 'reject', status: 400, message: 'Bad.' }, true, 'reject 400: Bad.'],
  ['reject 400', { effect: 'reject', status: 401, message: 'No.' }, false, 'reject 401: No.'],
] as const)('expect %s of %j', (expected, answer, passed, actual) => {
  const { result } = runOne(`as anonymous GET "https://h.test/1" expect ${expected}`, answer)
  expect(result).toMatchObject({ name: 't', passed, expected, actual })
  expect(result?.span.source.text.slice(result.span.start, result.span.end)).toContain(expected)
})
