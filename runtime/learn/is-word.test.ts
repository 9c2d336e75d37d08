import { expect, test } from 'vitest'
import { isWord } from './is-word.ts'

test.each([
  'orders',
  'v2',
  'v10',
  's3',
  'oauth2',
  'getOrder',
  'listAllOpenOrders',
  'CSV',
  'export.csv',
  'order-lines',
  'sign_in',
  '.well-known',
  '_search',
  'a',
  'toURL',
  'README.md',
])('%s is a word', (segment) => {
  expect(isWord(segment)).toBe(true)
})

test.each([
  ['', 'nothing'],
  ['7', 'a number'],
  ['2026-03-02', 'a date'],
  ['0d9c3c0e-6f0f-4f5f-9a35-5a3a5e3c8a52', 'a UUID'],
  ['f0d9c3c0-aabb-ccdd-eeff-abcdefabcdef', 'a UUID that begins with a letter'],
  ['deadbeef', 'hexadecimal letters'],
  ['DEADBEEFCAFE', 'the same in capitals'],
  ['x7k9q2', 'letters and digits by chance'],
  ['JBSWY3DPEHPK3PXP', 'base32'],
  ['aGVsbG8gd29ybGQ', 'base64'],
  ['aGVsbG8', 'base64, short'],
  ['xkqwrtzplm', 'what cannot be spoken'],
  ['QWERTZUIOPASDF', 'long capitals'],
  ['eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2ln', 'a JWT'],
  ['iap_live_8f2k3h4j5k6l7m', 'an API key'],
  ['sk-proj-Ab3dEf6hIj9k', 'another'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAV', 'a ULID'],
  ['ann@shop.example', 'an address of mail'],
  ['+4930123456', 'a telephone number'],
  ['DE89370400440532013000', 'an IBAN'],
  ['ann miller', 'a name with a space'],
  ['müller', 'other letters'],
  ['order2026', 'a word with a year'],
  ['donaudampfschifffahrtsgesellschaft', 'more than anybody writes'],
  ['correct-horse-battery-staple-and-more', 'more parts than anybody writes'],
  ['..', 'dots'],
  ['-', 'a dash'],
])('%s is a value: %s', (segment) => {
  expect(isWord(segment)).toBe(false)
})
