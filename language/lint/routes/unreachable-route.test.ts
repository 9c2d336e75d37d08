import { expect, test } from 'vitest'
import { checkProject } from '../../project.ts'
import { lint } from '../lint.ts'
import { warningsIn, warningsOf } from '../test-lint.ts'

const service = 'service s at "s.example" {\n  route a GET "/a"\n  route b GET "/b"\n}'

test('a route that no enforced permit is on is told of', () => {
  expect(warningsIn('IAP5012', `${service}\npermit p on s.a to staff\nshadow permit q on s.b to staff`)).toEqual(['b'])
})

test.each([
  ['that a permit is on', 'permit p on s.* to staff'],
  ['that a forbid closes for good', 'permit p on s.a to staff\nforbid f on s.b because "x"'],
])('a route %s is not', (_, added) => {
  expect(warningsIn('IAP5012', `${service}\n${added}`)).toEqual([])
})

test('a forbid that leaves some out does not explain it', () => {
  expect(warningsIn('IAP5012', `${service}\npermit p on s.a to staff\nforbid f on s.b when late(3) because "x"`)).toEqual(['b'])
})

test('a forbid that leaves some out is named in the help', () => {
  const text = `identity staff via jwt { sub: string }\n${service}\npermit p on s.a to staff\nforbid f on s.b when request.time.getHours() > 3 because "x"`
  const { diagnostics } = lint(checkProject({ read: (name) => (name === 'main.iap' ? text : null) }, ['main.iap']), 'all')
  expect(diagnostics.find(({ code }) => code === 'IAP5012')?.help).toContain('let `f` apply to everyone without a condition')
})

test('without any rule nothing is said', () => {
  expect(warningsOf('IAP5012', service)).toEqual([])
})

test('routes of a document are told of in one place', () => {
  const paths = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [`/${name}`, { get: { operationId: name, responses: {} } }]),
  )
  const document = JSON.stringify({ openapi: '3.1.0', info: { title: 'x', version: '1' }, paths })
  const text = 'service s at "s.example" from openapi "./s.json" {\n}\nidentity i via jwt { sub: string }\npermit p on s.a to i'
  expect(warningsOf('IAP5012', text, { 's.json': document })).toEqual([
    { place: '"./s.json"', message: 'no rule permits access to `s.b`, `s.c`, `s.d`, 2 more' },
  ])
})
