import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from '../parse.ts'
import { tokenize } from '../syntax/tokenize.ts'
import { format } from './format.ts'

const root = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')

/** The text of what can be formatted; formatted once more it must be the same. */
function formatted(text: string): string {
  const { text: once, diagnostics } = format({ name: 'a.iap', text })
  if (once === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'))
  expect(format({ name: 'a.iap', text: once }).text).toBe(once)
  return once
}

const unformatted = read('language/format/fixtures/unformatted.iap')

test('one form for every construct', () => {
  expect(formatted(unformatted)).toBe(read('language/format/fixtures/formatted.iap'))
})

describe('what stays as it is', () => {
  const files = ['docs', 'spec', 'examples', 'cli/templates'].flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  )
  const policies = files.filter((path) => path.endsWith('.iap') && !path.startsWith('docs/'))
  const pages = ['README.md', ...files.filter((path) => path.endsWith('.md'))]
  const blocks = pages.flatMap((path) =>
    [...read(path).matchAll(/^```iap\n([\s\S]*?)^```/gm)].map((block, at) => [`${path} (${at + 1})`, block[1] ?? ''] as const),
  )

  test.each([...policies.map((path) => [path, read(path)] as const), ...blocks])('%s: tree and comments', (name, text) => {
    if (parse({ name, text }).diagnostics.length === 0) formatted(text)
  })
})

const FULL = process.env.IAP_FULL === '1'
/** Each comment in one place of so many, by turns; with IAP_FULL=1 in all. */
const EVERY = FULL ? 1 : 8

describe('comments in every place', () => {
  /** Each declaration on its own. */
  const { imports, declarations } = parse({ name: 'a.iap', text: unformatted }).result
  const texts = [...imports, ...declarations].map(({ span }) => unformatted.slice(span.start, span.end))
  const comments = [
    ' // c\n',
    '\n// c\n',
    ' /* c */ ',
    '\n/* c */ ',
    ' /* c */\n',
    '\n\n// c\n\n',
    ' /* c\n c */ ',
    ' // c\n // c\n',
  ]

  test.each(comments.map((comment, turn) => [comment, turn] as const))('%j', (comment, turn) => {
    let place = turn
    let tried = 0
    let kept = 0
    for (const whole of texts) {
      const { tokens } = tokenize({ name: 'a.iap', text: whole })
      for (const at of [...tokens.map(({ startOffset }) => startOffset), whole.length]) {
        place += 1
        if (place % EVERY !== 0) continue
        const text = whole.slice(0, at) + comment + whole.slice(at)
        tried += 1
        const { text: once } = format({ name: 'a.iap', text })
        // A line end can make a keyword of a name, and a text that does not parse is not formatted.
        if (once === null) continue
        expect(format({ name: 'a.iap', text: once }).text, text.slice(at - 30, at + 30)).toBe(once)
        kept += 1
      }
    }
    expect(kept).toBeGreaterThan(tried * 0.95)
  })
})

test('white space and comments at random', () => {
  let state = 7
  const below = (bound: number) => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return Math.floor((state / 0x80000000) * bound)
  }
  const pieces = [
    ' ',
    '\n',
    ' // c\n',
    '\n// c\n',
    ' /* c */ ',
    '\n/* c */\n',
    '\n\n',
    '\t',
    '\r\n',
    '\r\n// c\r\n',
    '\n/* c\n  c */ ',
  ]
  const { tokens } = tokenize({ name: 'a.iap', text: unformatted })
  let parsed = 0
  const rounds = FULL ? 60 : 12
  for (let round = 0; round < rounds; round += 1) {
    const density = 1 + below(30)
    let text = ''
    let end = 0
    for (const token of tokens) {
      const gap = unformatted.slice(end, token.startOffset)
      text += below(density) === 0 ? ` ${pieces[below(pieces.length)]}${pieces[below(pieces.length)]}` : gap
      text += token.image
      end = token.startOffset + token.image.length
    }
    const { text: once } = format({ name: 'a.iap', text })
    if (once === null) continue
    parsed += 1
    expect(format({ name: 'a.iap', text: once }).text).toBe(once)
  }
  expect(parsed).toBeGreaterThan(rounds / 2)
})

describe('where comments go', () => {
  const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
    ['a comment behind a comma stays behind it', 'role r of a, // x\n  b', 'role r of a, // x\n          b\n'],
    ['one before a comma goes behind it', 'role r of a // x\n, b', 'role r of a, // x\n          b\n'],
    ['one behind an operator goes before it', 'role r of a when b && // x\n c', 'role r of a\n  when b // x\n       && c\n'],
    [
      'one on its line behind an operator too',
      'role r of a when b &&\n // x\n c',
      'role r of a\n  when b\n       // x\n       && c\n',
    ],
    ['and one behind its parenthesis', 'role r of a when b || ( // x\n c)', 'role r of a\n  when b // x\n       || c\n'],
    ['which may have to stay', 'role r of a when b && (( // x\n c || d))', 'role r of a\n  when b // x\n       && (c || d)\n'],
    ['one before what closes stays within', 'type T = {\n a: int\n // x\n}', 'type T = {\n  a: int\n  // x\n}\n'],
    ['one between clauses stays between them', 'permit p on a.b\n// x\nto c', 'permit p\n  on a.b\n  // x\n  to c\n'],
    [
      'one that documents nothing does not come to document something',
      'role r of a when (b /// x\n)\nlabel l',
      'role r of a\n  when (b /// x\n       )\n\nlabel l\n',
    ],
    [
      'before a parenthesis whose operand begins another line',
      'role r of a when b || /* c */ (\n  d\n)',
      'role r of a when b || /* c */ d\n',
    ],
    [
      'behind parentheses that group nothing, within others',
      'role r of a when f((b) /// x\n) && ((c) /// y\n)\nlabel l',
      'role r of a\n  when f(\n         b /// x\n       )\n       && (c /// y\n          )\n\nlabel l\n',
    ],
    [
      'behind parentheses around a part of a chain',
      'role r of a when (b && c /// x\n) && d\nlabel l',
      'role r of a\n  when (b && c /// x\n       )\n       && d\n\nlabel l\n',
    ],
    [
      'behind them within others that group nothing',
      'role r of a when (((b || c) && (d /// x\n) /// y\n) && e)\nlabel l',
      'role r of a\n  when ((b || c)\n         && (d /// x\n            ) /// y\n       )\n       && e\n\nlabel l\n',
    ],
    [
      'behind the variable of a comprehension',
      'role r of a when b.exists((c\n/// x\n), c)\nlabel l',
      'role r of a\n  when b.exists(\n         (c\n           /// x\n         ),\n         c\n       )\n\nlabel l\n',
    ],
    [
      'behind the digits of a negative number',
      'role r of a when -((1) /// x\n) == b\nlabel l',
      'role r of a\n  when -(1 /// x\n       )\n         == b\n\nlabel l\n',
    ],
    [
      'none, but parentheses that group nothing around ones that group',
      'role r of a when ((b ? c : d) && e) && f',
      'role r of a when (b ? c : d) && e && f\n',
    ],
    ['before a name that is a keyword', 'label // c\ntype\nlabel l', 'label // c\n  type\nlabel l\n'],
    ['alone in a text', '// x', '// x\n'],
    ['nothing', '\n\n', ''],
    ['CR LF and a byte order mark', '\uFEFF// x\r\nlabel l // y\r\n', '// x\nlabel l // y\n'],
  ]
  test.each(cases)('%s', (_, text, expected) => {
    expect(formatted(text)).toBe(expected)
  })
})

describe('empty lines', () => {
  const cases: readonly (readonly [what: string, text: string, expected: string])[] = [
    ['between kinds there is one', 'label a\ntype T = int\n\n\n\ntype U = int', 'label a\n\ntype T = int\n\ntype U = int\n'],
    [
      'between rules there is one, before their documentation',
      'permit a on * to b\n/// x\nforbid c on *',
      'permit a\n  on *\n  to b\n\n/// x\nforbid c\n  on *\n',
    ],
    [
      'they part what stands in columns',
      'role a of b when c\nrole aaa of b when c\n\nrole aaaaa of b when c',
      'role a   of b when c\nrole aaa of b when c\n\nrole aaaaa of b when c\n',
    ],
    ['between clauses there is none', 'permit a on *\n\n to b', 'permit a\n  on *\n  to b\n'],
    [
      'at the edges of a body there is none',
      'service s at "h" {\n\nroute a GET "/"\n\n\nroute b GET "/b"\n\n}',
      'service s at "h" {\n  route a GET "/"\n\n  route b GET "/b"\n}\n',
    ],
  ]
  test.each(cases)('%s', (_, text, expected) => {
    expect(formatted(text)).toBe(expected)
  })
})

describe('texts and numbers', () => {
  test.each([
    ["'a'", '"a"'],
    [`'it\\'s'`, `"it's"`],
    [`'say "hi"'`, `"say \\"hi\\""`],
    [`"\\x41\\u00e9\\'"`, `"\\x41\\u00e9'"`],
    [`r'\\d+'`, `r'\\d+'`],
    [`R"\\d+"`, `r"\\d+"`],
    ["r'a'", 'r"a"'],
    ["'''a'''", '"""a"""'],
    ['0xAF', '0xaf'],
    ['.5E3', '0.5e3'],
    ['-  7', '-7'],
  ])('%s → %s', (written, expected) => {
    expect(formatted(`def f(): int = ${written}`)).toBe(`def f(): int = ${expected}\n`)
  })
})

test('a text with syntax errors is left alone, and says which', () => {
  const { text, diagnostics } = format({ name: 'a.iap', text: 'label a\nrole of b' })
  expect(text).toBeNull()
  expect(diagnostics.length).toBeGreaterThan(0)
})
