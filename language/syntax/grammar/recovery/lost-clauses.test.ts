import { expect, test } from 'vitest'
import { checkProject } from '../../../project.ts'

const policy = `identity staff via jwt { sub: string, level?: int }
label pii
service orders at "orders.example" {
  route list GET "/orders" is pii
  route read GET "/orders/{id}" is pii
}
`

/** What is reported for a policy with these declarations, each as its code and what it is about. */
function mistakes(text: string): string[] {
  const { result, diagnostics } = checkProject({ read: (name) => (name === 'a.iap' ? policy + text : null) }, ['a.iap'])
  expect(result).toBe(null)
  return diagnostics.map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)
}

test('the types of what is left of a rule are checked in the same run', () => {
  expect(mistakes('permit p\n  on orders.read\n  to staff\n  limit 20 per hour\n  when caller.nope == 1')).toEqual([
    'IAP1001 hour',
    'IAP3018 nope',
  ])
  expect(mistakes('permit p\n  on orders.red\n  to staff\n  because 1\n  when params.id == "1"')).toEqual([
    'IAP2009 red',
    'IAP1001 1',
  ])
})

test('what relied on a condition that was lost is no further mistake', () => {
  const relying =
    'permit p\n  on orders.read\n  to staff\n  when has(caller.level) &&\n  when caller.level > 3\n  limit 1 per 1h by caller.sub'
  expect(mistakes(relying)).toEqual(['IAP1001 when'])
  const guard = 'permit p\n  on label pii\n  except orders.read orders.list\n  to staff\n  when params.id == "1"'
  expect(mistakes(guard)).toEqual(['IAP1001 orders'])
})

test('what refers to a name that is none is no further mistake', () => {
  expect(mistakes('label 2fa\npermit p on label 2fa to staff\nrole auth of staff when true\npermit q on * to auth')).toEqual([
    'IAP1019 2fa',
    'IAP1016 auth',
  ])
})

test('a test of a rule that lost a clause is no further mistake', () => {
  const text =
    'permit p on orders.list to staff when l.all(x)\ntest "t" {\n  GET "https://orders.example/orders"\n  expect permit by p\n}'
  expect(mistakes(text)).toEqual(['IAP1001 all'])
})
