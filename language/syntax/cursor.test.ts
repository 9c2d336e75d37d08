import { expect, test } from 'vitest'
import { parse, readCursor } from '../parse.ts'
import type { Cursor } from './cursor.ts'
import { tokenize } from './tokenize.ts'

/** Returns the cursor at `▮`. */
function cursorIn(marked: string): Cursor | null {
  const text = marked.replace('▮', '')
  return readCursor(parse({ name: 'own.iap', text }).result, marked.indexOf('▮'))
}

const SAMPLE = `import { staff, orders } from "./shared.iap"
/// Documentation.
type Order = { id: string, lines?: list<{ sku: string }>, ... }
identity partner via api_key, jwt { sub: string, org from "a" "b": string }
role support of staff, partner when "x" in caller.groups && !(caller.sub == "a")
label pii
data assigned: map<string, set<string>>
def owns(order: string, of: set<string>): bool = of.exists(one, one == order) ? true : false
service shop at "a.example", "b.example" is pii {
  @deprecated("x")
  route read GET, "M-SEARCH" "/orders/{id}" query { page?: int } is pii
  rpc call "shop.Orders/Read"
  route create POST "/orders" body Order
}
@was("old")
shadow permit p
  on shop.read, label pii, shop.*
  except shop.create
  to staff, support
  when caller is partner && [1, 2.5][0] < 3 && {"a": true}["a"]
  unless caller.?org.orValue("x") in ["a"]
  require mfa within 5m
  limit 20 per 1h by caller.sub
  header "x-tier" = "a" + "b"
  because "Because."
invariant i on * permitted only when caller is staff allow unknown
invariant j on shop.* denied always
fixture mia { as staff { sub: "mia", more: [1, -2, { a: null }] } }
test "one" {
  given mia
  as anonymous
  authenticated by mfa 5m ago
  POST "https://a.example/orders" { id: $id }
  header "a": "b"
  data assigned: { a: ["b"] }
  mtls { spiffe_id: "x" }
  at timestamp("2026-01-01T00:00:00Z")
  from "192.0.2.1"
  expect permit by p
  limit p
  cases { "row": { id: "1" } }
}
test "all" { for any request on * when caller is anonymous expect deny }
`

test('every word and every text of a readable text is expected at its place', () => {
  const { result: file, diagnostics } = parse({ name: 'own.iap', text: SAMPLE })
  expect(diagnostics).toEqual([])
  for (const { image, startOffset } of tokenize(file.span.source).tokens) {
    const isText = /^["']/.test(image)
    if (!isText && !/^[A-Za-z_]/.test(image)) continue
    const cursor = readCursor(file, startOffset + (isText ? 1 : 0))
    const found = cursor?.expected.some(({ kind, word }) =>
      isText
        ? kind === 'text'
        : word === image || kind === 'name' || kind === 'key' || (kind === 'operator' && /^i[ns]$/.test(image)),
    )
    expect(found, `${image} at ${startOffset}`).toBe(true)
    expect(SAMPLE.slice(cursor?.replaced.start, cursor?.replaced.end)).toBe(isText ? image.slice(1, -1) : image)
  }
})

test('nowhere in a text, whole or cut off, does it throw', () => {
  for (let end = 0; end <= SAMPLE.length; end += 7) {
    const { result } = parse({ name: 'own.iap', text: SAMPLE.slice(0, end) })
    readCursor(result, end)
    readCursor(result, Math.floor(end / 2))
  }
})

test('a long word is read once', () => {
  // If each of its letters began a search for its end, this would take minutes.
  const text = `type T = "${'a'.repeat(400_000)}" | ▮`
  expect(cursorIn(text)?.replaced.start).toBe(text.length - 1)
  expect(cursorIn(`type ${'a'.repeat(400_000)} = ▮`)?.expected.length).toBeGreaterThan(0)
})

test('the text round the cursor is that of its declaration', () => {
  const cursor = cursorIn('label a\npermit p on a.b when cal▮ler.x\n  to c\n\nlabel d')
  expect(cursor?.textBefore).toBe('permit p on a.b when ')
  expect(cursor?.textAfter).toBe('.x\n  to c\n\n')
  expect(cursor?.before.map(({ text }) => text)).toEqual(['permit', 'p', 'on', 'a', '.', 'b', 'when'])
  expect(cursor?.after.map(({ text }) => text)).toEqual(['.', 'x', 'to', 'c'])
  const { source } = cursor?.replaced ?? { source: { text: '' } }
  for (const { span, text } of [...(cursor?.before ?? []), ...(cursor?.after ?? [])])
    expect(source.text.slice(span.start, span.end)).toBe(text)
})

test('a mistake in an earlier clause does not matter', () => {
  const words = cursorIn('permit p on a.b to c when caller. == ) 3\n  to ▮')?.expected
  expect(words?.map(({ kind, productions }) => [kind, productions.at(-2)])).toEqual([['name', 'names']])
})

test.each([
  ['in a comment', '// a ▮'],
  ['in a number', 'permit p on a.b limit 20▮ per 1h'],
  ['between quotes of several lines', 'permit p on a.b because """\n▮\n"""'],
])('%s nothing is expected', (_, text) => {
  expect(cursorIn(text)).toBeNull()
})

test('a text that is not closed ends at the cursor', () => {
  const cursor = cursorIn('import { a } from "./b▮ and more')
  expect([cursor?.quoted, cursor?.replaced.end, cursor?.replaced.start]).toEqual(['open', 22, 19])
})

test('at the margin a declaration may begin, whatever stands before', () => {
  expect(cursorIn('permit p on a.b to\n▮')?.beginsDeclaration).toBe(true)
  expect(cursorIn('permit p on a.b to\n  ▮')?.beginsDeclaration).toBe(false)
})
