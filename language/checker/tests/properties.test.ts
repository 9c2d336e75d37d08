import { expect, test } from 'vitest'
import { checkProject } from '../../project.ts'

const PRELUDE = `identity staff via jwt { sub: string }
label l
service s at "s.example" { route r GET "/{id}" is l route w POST "/{id}" body { n: int } }
permit p on s.r to staff
`

function check(text: string) {
  return checkProject({ read: (name) => (name === 'main.iap' ? PRELUDE + text : null) }, ['main.iap'])
}

test('a test of any request is in the model, as an invariant is', () => {
  const { result } = check(`test "b" { for any request on s.* except label l expect deny }
test "a" { for any request on s.r when caller is staff expect permit }`)
  expect(
    result?.properties.map(({ name, routes, form, condition }) => [name, routes.map((one) => one.name), form, condition?.kind]),
  ).toEqual([
    ['b', ['s.w'], 'denied-when', undefined],
    ['a', ['s.r'], 'permitted-when', 'Is'],
  ])
  expect(result?.tests).toEqual([])
  expect(result?.invariants).toEqual([])
})

test.each([
  ['test "t" { for any request on s.x expect deny }', 'IAP2009 x'],
  ['test "t" { for any request on s.r except s.r expect deny }', 'IAP4002 "t"'],
  ['test "t" { for any request on s.r when caller is nobody expect deny }', 'IAP2008 nobody'],
  ['test "t" { for any request on s.r when params.id expect deny }', 'IAP3006 params.id'],
  ['test "t" { for any request on s.r expect challenge }', 'IAP1001 challenge'],
  ['test "t" { for any request expect deny }', 'IAP1001 expect'],
  ['test "t" { for any request on s.r as anonymous expect deny }', 'IAP1001 as'],
  ['test "t" { for each request on s.r expect deny }', 'IAP1001 each'],
  ['@was("u") test "t" { for any request on s.r expect deny }', 'IAP4052 was'],
])('%s', (text, ...expected) => {
  const found = check(text).diagnostics.map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)
  expect(found).toEqual(expected)
})
