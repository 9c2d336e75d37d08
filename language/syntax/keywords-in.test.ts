import { expect, test } from 'vitest'
import { parse } from '../parse.ts'
import { keywordsIn } from './keywords-in.ts'

function keywords(text: string): string {
  const { result } = parse({ name: 'a.iap', text })
  return keywordsIn(result)
    .map(({ start, end }) => text.slice(start, end))
    .join(' ')
}

test.each([
  ['identity staff via jwt { sub: string }', 'identity via'],
  ['service data at "d.example" { route on GET "/" query { to?: string } }', 'service at route query'],
  ['permit when on data.on to anyone when query.to == "by" && caller is staff', 'permit on to when is'],
  ['shadow forbid by on label test unless mfa within 5m because "no"', 'shadow forbid on label unless mfa within because'],
  ['test "t" { as staff { to: true } GET "https://d.example/" expect permit by of }', 'test as true expect permit by'],
  ['import { of, by } from "./a.iap"\n', 'import from'],
])('the keywords of %s are %s', (text, expected) => expect(keywords(text)).toBe(expected))

test('text that is no declaration has no keywords', () => {
  expect(keywords('permitt to when on\n\nlabel pii\n\n"when')).toBe('label')
  expect(keywords('')).toBe('')
  expect(keywords('\u0000 when { when')).toBe('')
})
