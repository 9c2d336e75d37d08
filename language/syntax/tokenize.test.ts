import { expect, test } from 'vitest'
import { tokenize } from './tokenize.ts'

const read = (text: string) => tokenize({ name: 'a.iap', text })
const tokens = (text: string) => read(text).tokens.map((token) => `${token.tokenType.name} ${token.image}`)
const codes = (text: string) => read(text).diagnostics.map(({ code, span }) => `${code} ${span.start}-${span.end}`)

test('a word that means something is also a name, except the reserved ones', () => {
  expect(tokens('x role')).toEqual(['Identifier x', 'SoftRole role'])
  for (const word of ['in', 'as', 'import', 'true', 'false', 'null', 'mfa', 'acr', 'auth']) {
    expect(tokens(`x ${word}`)[1]).toBe(`${word[0]?.toUpperCase()}${word.slice(1)} ${word}`)
  }
})

test('words are whole words, and names are of ASCII', () => {
  expect(tokens('x inner in_ roles Role _a1')).toEqual([
    ...['Identifier x', 'Identifier inner', 'Identifier in_', 'Identifier roles', 'Identifier Role', 'Identifier _a1'],
  ])
  expect(tokens('café')).toEqual(['Identifier caf', 'Unreadable é'])
})

test('numbers', () => {
  expect(tokens('0 42 0x1F 0xaB 1.5 .5 1e3 1.5e-3 1E+2')).toEqual([
    ...['Int 0', 'Int 42', 'Int 0x1F', 'Int 0xaB'],
    ...['Double 1.5', 'Double .5', 'Double 1e3', 'Double 1.5e-3', 'Double 1E+2'],
  ])
  expect(tokens('1h30m 0x 0XaB 1.5abc 0xfg 1_000')).toEqual([
    ...['Malformed 1h30m', 'Malformed 0x', 'Malformed 0XaB', 'Malformed 1.5abc', 'Malformed 0xfg', 'Malformed 1_000'],
  ])
  expect(tokens('a.b 1.x ...')).toEqual([
    'Identifier a',
    'Dot .',
    'Identifier b',
    'Int 1',
    'Dot .',
    'Identifier x',
    'Ellipsis ...',
  ])
})

test('periods, placeholders, and what the language lacks', () => {
  expect(tokens("10m 500ms 7d 90s 1h 1u 0x1U $x b\"a\" B'''a\nb'''")).toEqual([
    ...['Period 10m', 'Period 500ms', 'Period 7d', 'Period 90s', 'Period 1h', 'Uint 1u', 'Uint 0x1U', 'Placeholder $x'],
    ...['Bytes b"a"', "Bytes B'''a\nb'''"],
  ])
  expect(tokens('10min 1.5h $ $1')).toEqual(['Malformed 10min', 'Malformed 1.5h', 'Unreadable $', 'Unreadable $', 'Int 1'])
})

test('the longer operator wins', () => {
  expect(tokens('<= < == = => !=!')).toEqual([
    ...['AtMost <=', 'Less <', 'Equal ==', 'Assign =', 'Assign =', 'Greater >', 'Unequal !=', 'Bang !'],
  ])
  expect(tokens('a && b & c')).toContain('Unreadable &')
})

test('quoted strings', () => {
  expect(tokens(`"a'b" 'a"b' "\\"" '\\\\'`)).toEqual([`Text "a'b"`, `Text 'a"b'`, 'Text "\\""', "Text '\\\\'"])
})

test('texts in three quotes, and raw ones', () => {
  expect(tokens('"""a"b\n"c" """ x')).toEqual(['Text """a"b\n"c" """', 'Identifier x'])
  expect(tokens("'''\\''''")).toEqual(["Text '''\\''''"])
  expect(tokens('r"\\" R\'\\\' r"""\\"""')).toEqual(['Text r"\\"', "Text R'\\'", 'Text r"""\\"""'])
  expect(tokens('r "a" bar"b"')).toEqual(['Identifier r', 'Text "a"', 'Identifier bar', 'Text "b"'])
  // One that is never closed ends before the next line that is not indented.
  expect(tokens('"""a\n b\nc')).toEqual(['OpenText """a\n b', 'Identifier c'])
  expect(codes('x """a "b"\r\nc')).toEqual(['IAP1003 2-10'])
  expect(tokens('r"a\nb"')).toEqual(['Identifier r', 'OpenText "a', 'Identifier b', 'OpenText "'])
})

test('texts in three quotes one after another', () => {
  // What was found for one text is not taken for another, nor for what stands before.
  expect(tokens('"""a""" """b')).toEqual(['Text """a"""', 'OpenText """b'])
  expect(tokens('"""a""" """b')).toEqual(['Text """a"""', 'OpenText """b'])
})

test('a text ends with its line; that is reported and it is still a text', () => {
  expect(tokens('"abc {\n')).toEqual(['OpenText "abc', 'OpenBrace {'])
  expect(tokens('"abc {}\n')).toEqual(['OpenText "abc {}'])
  expect(tokens('"abc\nd')).toEqual(['OpenText "abc', 'Identifier d'])
  expect(codes('x "abc\nd \'e\\')).toEqual(['IAP1003 2-6', 'IAP1003 9-12'])
})

test('comments are no tokens', () => {
  expect(tokens('a // b "\n/* c\n * d */ e /**/ f')).toEqual(['Identifier a', 'Identifier e', 'Identifier f'])
  expect(codes('a // b "\n/* c */')).toEqual([])
  expect(tokens('a /* b\nc')).toEqual(['Identifier a'])
  expect(codes('a /* b\nc')).toEqual(['IAP1004 2-4'])
})

test('documentation belongs to the token after it', () => {
  const text = '/// One.\n///   Two\t\n//// no\n// no\n///\nlabel a /// Next.\nlabel b\n/// Last.'
  const { docs } = read(text)
  expect([...docs.values()]).toEqual(['One.\n  Two\n', 'Next.'])
  expect([...docs.keys()]).toEqual([text.indexOf('label a'), text.indexOf('label b')])
})

test.each([
  ['a right-to-left override', 'because "a\u202eb"', 'IAP1014 10-11'],
  ['a zero-width space', '// a\u200bb', 'IAP1014 4-5'],
  ['a lone carriage return', '// a\rpermit', 'IAP1014 4-5'],
  ['a line separator', '// a\u2028b', 'IAP1014 4-5'],
  ['an escape', '"\x1b"', 'IAP1014 1-2'],
  ['a null', '/* \0 */', 'IAP1014 3-4'],
  ['half of a surrogate pair', '"\ud800"', 'IAP1014 1-2'],
  ['a byte order mark within', 'a \ufeff', 'IAP1014 2-3'],
])('%s is reported wherever it stands', (_, text, expected) => {
  expect(codes(text)).toEqual([expected])
})

test('line breaks, tabs, a first byte order mark, joined emoji and whole pairs are nothing to report', () => {
  expect(codes('\ufefflabel a\r\n\t// 👩\u200d👧 x\n"\u{1f600}"')).toEqual([])
  expect(tokens('\ufefflabel')).toEqual(['SoftLabel label'])
})

test('a word at the margin that is followed as a declaration is surely one', () => {
  expect(tokens('label a\npermit b')).toEqual(['Label label', 'Identifier a', 'Permit permit', 'Identifier b'])
  // Further in, it could be a name.
  expect(tokens('label a\n  permit b')[2]).toBe('SoftPermit permit')
  // Claims and members begin so too.
  expect(tokens('x\ntype: string')[1]).toBe('SoftType type')
  expect(tokens('x\nrole from "a": string')[1]).toBe('SoftRole role')
})

test('a word at the beginning of a line that is followed as a clause is surely one', () => {
  expect(tokens('x\n  to staff')[1]).toBe('To to')
  expect(tokens('x to staff')[1]).toBe('SoftTo to')
  expect(tokens('x\n  to, staff')[1]).toBe('SoftTo to')
  expect(tokens('x\n  when: string')[1]).toBe('SoftWhen when')
  expect(tokens('x.\n  when y')[2]).toBe('SoftWhen when')
  // A comment is no word.
  expect(tokens('x\n  /* a */ to staff')[1]).toBe('To to')
  expect(tokens('x /* a\n */ to staff')[1]).toBe('To to')
  expect(tokens('x /* a */ to staff')[1]).toBe('SoftTo to')
})
