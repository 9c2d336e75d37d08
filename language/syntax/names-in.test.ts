import { expect, it } from 'vitest'
import { namesIn } from './names-in.ts'

it.each([
  ['permit a on shop.read to', 'permit a on shop shop.read to'],
  ['when caller.sub == "lead" // lead', 'when caller caller.sub'],
  ['a.b().c 1.d', 'a a.b .c .d'],
  ['"open text a', ''],
  ['', ''],
])('of %j', (text, expected) => {
  const source = { name: 'a.iap', text: `x ${text} x` }
  const found = namesIn(source, 2, 2 + text.length)
  expect(found.map(({ of, text }) => `${of === null ? '' : `${of}.`}${text}`).join(' ')).toBe(expected)
  for (const { text, span } of found) expect(source.text.slice(span.start, span.end)).toBe(text)
})
