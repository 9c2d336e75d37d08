import { expect, test } from 'vitest'
import { type Hints, NO_HINTS, suggestLabels } from './suggest-labels.ts'

const suggested = (hints: Partial<Hints>, ...known: readonly string[]) =>
  suggestLabels({ ...NO_HINTS, template: '/x/{id}', ...hints }, new Set(known))

test.each([
  ['email', ['pii']],
  ['customerEMail', ['pii']],
  ['ssn', ['pii']],
  ['date-of-birth', ['pii']],
  ['phoneNumbers', ['pii']],
  ['billing_address', ['pii']],
  ['password', ['pii', 'credentials']],
  ['newPassword', ['credentials']],
  ['x-api-key', ['credentials']],
  ['resetToken', ['credentials']],
  ['IBAN', ['money']],
  ['cardNumber', ['money']],
  ['amount', ['money']],
  ['diagnosis', ['health']],
  ['email_enabled_at', ['pii']],
  ['emailed', []],
  ['company', []],
  ['panel', []],
  ['amounts', ['money']],
  ['description', []],
  ['id', []],
])('a parameter %s', (name, labels) => {
  expect(suggested({ names: [name] })).toEqual(name === 'newPassword' ? ['pii', ...labels] : labels)
})

test.each([
  [{ tags: ['Customers'] }, ['pii']],
  [{ tags: ['admin'] }, ['internal']],
  [{ scopes: ['payments:write'] }, ['money']],
  [{ template: '/companies/{company}/employees' }, ['pii']],
  [{ template: '/x/{password}/{user}' }, []],
  [{ types: ['mutualTLS'] }, ['internal']],
  [{ types: ['oauth2'] }, []],
  [{ isOpen: true }, ['public']],
  [{ isOpen: true, names: ['email'] }, ['pii']],
  [{ tags: ['hr'] }, []],
] as const)('%o', (hints, labels) => {
  expect(suggested(hints)).toEqual(labels)
})

test('a tag that is a label of the policy is one', () => {
  expect(suggested({ tags: ['hr', 'other'], names: ['email'] }, 'hr')).toEqual(['pii', 'hr'])
})
