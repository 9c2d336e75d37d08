/** Parentheses in every place of an expression, with a `///` comment inside each of them in turn: these must be kept. */
import { expect, test } from 'vitest'
import { format } from './format.ts'

const conditions = [
  '(caller).sub == "x"',
  'has((caller).sub)',
  'has((caller.sub))',
  '(params)["x"] == q',
  '-(1) < -((2)) - -(1.5)',
  '!(!(b))',
  '(math).greatest(1, (2)) > 1',
  'a.exists((x), (x))',
  'a.map((x), (x), (x)) == [(1), (2)]',
  '(caller) is b',
  '({"a": (1)})[("a")] == 1',
  '((mfa)) && (auth within 5m)',
  'a[?(b)].hasValue()',
  '(a).?b.orValue((c))',
  'timestamp(("2026-01-01T00:00:00Z")) < request.time',
  '(a ? b : c) ? (d) : (e)',
  '((a ? b : c) && d) && (e || (f)) && ((g) && h)',
  'x in (y)',
]

const textOf = (condition: string) => `role r of s when ${condition}\nlabel l\n`
const formatted = (text: string) => format({ name: 'a.iap', text }).text

/** A condition with a comment behind each opening, or before each closing parenthesis. */
function commented(condition: string): readonly string[] {
  return [...condition].flatMap((character, at) => {
    if (!'()'.includes(character)) return []
    const cut = character === '(' ? at + 1 : at
    return [`${condition.slice(0, cut)} /// m\n${condition.slice(cut)}`]
  })
}

test.each(conditions)('%s', (condition) => {
  expect(formatted(textOf(condition))).not.toBeNull()
  for (const one of commented(condition)) {
    const text = textOf(one)
    // Throws if the result means anything else.
    const once = formatted(text)
    expect(once, text).toContain('// m')
    expect(formatted(once as string), text).toBe(once)
  }
})
