import { describe, expect, test } from 'vitest'
import { parse } from '../../../parse.ts'
import { type Case, read } from './marked-text.ts'

function cases(name: string, table: readonly Case[]): void {
  describe(name, () => {
    test.each(table)('$text', ({ text, codes, kept, broken }) => {
      const got = read(text)
      expect({ codes: got.codes, places: got.found }).toEqual({ codes, places: got.places })
      if (kept !== undefined) expect(got.kept).toBe(kept)
      if (broken !== undefined) expect(got.broken).toBe(broken)
    })
  })
}

cases('declarations', [
  { text: 'label a\n¦lable b\nlabel c', codes: 'IAP1001', kept: 'a c', broken: '' },
  { text: 'label a\n¦x y z\nlabel c', codes: 'IAP1001', kept: 'a c' },
  { text: 'label a\n¦}\nlabel c', codes: 'IAP1001', kept: 'a c' },
  { text: 'label a ¦b c\nlabel d', codes: 'IAP1001', kept: 'a d' },
  { text: 'label ¦1\nlabel c', codes: 'IAP1001', kept: 'c' },
  { text: 'label ¦in\nlabel c', codes: 'IAP1016', kept: 'in c', broken: 'in' },
  { text: 'label¦', codes: 'IAP1001', kept: '' },
  { text: 'role a ¦off staff when true\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'a' },
  { text: 'role a of staff when¦\n\n', codes: 'IAP1001', kept: '', broken: 'a' },
  { text: 'role a of staff when caller.x ==\n¦label c', codes: 'IAP1001', kept: 'c', broken: 'a' },
  { text: 'role a of staff,\n¦role b of staff', codes: 'IAP1001', kept: 'b', broken: 'a' },
  { text: 'import { a, b ¦frm "./x.iap"\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'a b' },
  { text: 'import { a } from ¦x\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'a' },
  { text: 'import ¦a from "./x.iap"\nlabel c', codes: 'IAP1001', kept: 'c' },
  { text: 'type T ¦string\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'T' },
  { text: 'type T = "a" | ¦b\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'T' },
  { text: 'type T = list<int\n¦label c', codes: 'IAP1001', kept: 'c', broken: 'T' },
  { text: '@¦1 label a\nlabel b', codes: 'IAP1001', kept: 'a b', broken: '' },
  { text: 'label a ¦§ label b\nlabel c', codes: 'IAP1002', kept: 'a c' },
])

cases('a mistyped declaration after a whole or a broken one', [
  { text: 'permit p\n  on x.y\n¦permt q\n  on x.y\n  to z\nlabel c', codes: 'IAP1001', kept: 'p c', broken: '' },
  { text: 'permit p\n  on ¦1\n¦permt q\n  on x.y\n  to z\nlabel c', codes: 'IAP1001 IAP1001', kept: 'c', broken: 'p' },
  { text: 'role a of ¦1\n¦rle b of c\nlabel c', codes: 'IAP1001 IAP1001', kept: 'c', broken: 'a' },
  { text: 'role a of b when x\n¦rle b of c when y\nlabel c', codes: 'IAP1001', kept: 'a c', broken: '' },
  { text: 'role a of b when x ¦an y\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'a' },
  { text: 'type T = int ¦| string\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'T' },
  { text: '¦servce s at "h" {\n  route a GET "/a"\n  route b GET "/b"\n}\nlabel c', codes: 'IAP1001', kept: 'c' },
  { text: '¦permt p\non x.y\nto z\nwhen label\nlabel c', codes: 'IAP1001', kept: 'c' },
])

cases('fields', [
  { text: 'identity a via jwt {\n  x ¦int\n  y: int\n}\nlabel c', codes: 'IAP1001', kept: 'a c', broken: '' },
  { text: 'identity a via jwt {\n  x: ¦\n  y: int\n}'.replace('¦\n  ', '\n  ¦'), codes: 'IAP1001', kept: 'a' },
  { text: 'identity a via jwt {\n  x: set<int\n  ¦y: int\n}', codes: 'IAP1001', kept: 'a', broken: '' },
  { text: 'identity a via jwt {\n  ¦"x": int\n  y: int\n}', codes: 'IAP1001', kept: 'a' },
  { text: 'identity a via jwt {\n  x: int ¦y: int\n}', codes: 'IAP1015', kept: 'a', broken: '' },
  { text: 'identity a via jwt { x: ¦!, y: int, z: ¦?, w: int }', codes: 'IAP1001 IAP1001', kept: 'a' },
  { text: 'identity a via jwt {\n  x: { y: ¦1, z: ¦2 }\n  w ¦3\n}', codes: 'IAP1001 IAP1001 IAP1001', kept: 'a' },
  { text: 'identity a via jwt {\n  x: int\n¦label c', codes: 'IAP1001', kept: 'c', broken: 'a' },
  { text: 'identity a via jwt { x: int, ¦... }\nlabel c', codes: 'IAP1001', kept: 'a c' },
  { text: 'identity a ¦by jwt {\n  x: int\n}\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'a' },
  { text: 'identity a ¦by jwt {\n  x ¦int\n}\nlabel c', codes: 'IAP1001 IAP1001', kept: 'c' },
  { text: 'type T = { a: int, ..., ¦b: int }\nlabel c'.replace('..., ¦b', '...¦, b'), codes: 'IAP1001', kept: 'c', broken: 'T' },
])

cases('services', [
  {
    text: 'service s at "h" {\n  route a ¦"/a"\n  route b GET\n  ¦route c GET "/c"\n  route ¦GET "/d"\n  route e GET "/e"\n}'.replace(
      'route ¦GET "/d"',
      'route GET ¦"/d"',
    ),
    codes: 'IAP1001 IAP1001 IAP1001',
    kept: 's',
    broken: 's.GET s.a s.b',
  },
  { text: 'service s at "h" {\n  route a ¦get "/a"\n}', codes: 'IAP1012', kept: 's', broken: '' },
  { text: 'service s at "h" {\n  route a GET "/a" is\n  ¦route b GET "/b"\n}', codes: 'IAP1001', kept: 's', broken: 's.a' },
  { text: 'service s at "h" {\n  ¦rout a GET "/a"\n  route b GET "/b"\n}\nlabel c', codes: 'IAP1001', kept: 's c' },
  { text: 'service s at "h" {\n  route a GET "/a"\n¦label c', codes: 'IAP1001', kept: 's c', broken: '' },
  { text: 'service s at "h"\n  ¦route a GET "/a"\nlabel c', codes: 'IAP1001', kept: 's c' },
  {
    text: 'service s ¦"h" {\n  route a GET "/a"\n  route b ¦1 "/b"\n}\nlabel c',
    codes: 'IAP1001 IAP1001',
    kept: 'c',
    broken: 's s.b',
  },
  { text: 'service s at ¦h {\n  route a GET "/a"\n}\nlabel c', codes: 'IAP1001', kept: 'c', broken: 's' },
  { text: 'service s at "h" {\n  route a GET ¦"/a\n  route b GET "/b"\n}', codes: 'IAP1003', kept: 's', broken: '' },
])

cases('clauses', [
  { text: 'permit p on x.y to\nlabel c'.replace('\nlabel', '\n¦label'), codes: 'IAP1001', kept: 'c', broken: 'p' },
  { text: 'permit p\n  on x.y\n  to staff,\n  ¦when true\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'p' },
  { text: 'permit p\n  on ¦x to staff\nlabel c', codes: 'IAP1001', kept: 'c' },
  {
    text: 'permit p\n  on ¦"x"\n  to ¦"y"\n  when 1 ¦2\n  unless x ¦y\n  because ¦1\nlabel c',
    codes: 'IAP1001 IAP1001 IAP1001 IAP1001 IAP1001',
    kept: 'c',
  },
  { text: 'permit p on ¦1 to ¦2 when 1 ¦2 because ¦3', codes: 'IAP1001 IAP1001 IAP1001 IAP1001', broken: 'p' },
  { text: 'permit p\n  on x.y\n  ¦too staff\n  when true\nlabel c', codes: 'IAP1001', kept: 'c' },
  { text: 'permit p\n  on x.y\n  when (a && b\n  ¦to staff\nlabel c', codes: 'IAP1001', kept: 'p c', broken: 'p' },
  { text: 'permit p\n  on x.y\n  when a ==\n  ¦to staff\nlabel c', codes: 'IAP1001', kept: 'p c', broken: 'p' },
  { text: 'permit p\n  on x.y\n  when [a, (b\n\n¦permit q on x.y', codes: 'IAP1001', kept: 'p q', broken: 'p' },
  { text: 'permit p on x.y ¦on x.z to staff\nlabel c', codes: 'IAP1010', kept: 'c', broken: 'p' },
  { text: 'permit p on x.y to a ¦to b because "c" ¦because "d"', codes: 'IAP1010 IAP1010' },
  { text: 'permit ¦p to staff\nlabel c', codes: 'IAP1011', kept: 'c', broken: 'p' },
  { text: 'forbid ¦p\nlabel c', codes: 'IAP1011', kept: 'c', broken: 'p' },
  { text: 'permit\n  ¦on x.y\n  to staff\nlabel c', codes: 'IAP1001', kept: 'c', broken: '' },
  { text: 'permit ¦"p" on x.y\nlabel c', codes: 'IAP1001', kept: 'c' },
  { text: 'permit p ¦{\n  on x.y\n}\nlabel c'.replace('{', '{'), codes: 'IAP1001', kept: 'c' },
  { text: 'permit p on x.y because ¦"a\nlabel c', codes: 'IAP1003', kept: 'p c', broken: '' },
  { text: 'permit p on x.y when (a\n  ¦because ¦"x\nlabel c', codes: 'IAP1001 IAP1003', kept: 'p c', broken: 'p' },
  { text: 'permit p on x.y when a == b"¦"\nlabel c'.replace('b"¦"', '¦"b'), codes: 'IAP1003', kept: 'p c' },
  { text: 'permit p on x.y when a == b¦"\nlabel c', codes: 'IAP1003', kept: 'p c', broken: 'p' },
  { text: 'permit p on x.y to staff when a ¦& b\n  because "c"\nlabel d', codes: 'IAP1002', kept: 'p d', broken: 'p' },
  { text: 'permit p on x.y when caller.level > ¦10m\nlabel c', codes: 'IAP1001', kept: 'p c', broken: 'p' },
  { text: 'permit p on x.y to staff\n¦/* the rest\nlabel c', codes: 'IAP1004', kept: 'p' },
  { text: 'permit p on x.y when (a ¦/* the rest\nlabel c', codes: 'IAP1004', kept: 'p', broken: 'p' },
])

const test1 = (inner: string) => `test "t" {\n${inner}\n}\nlabel c`
cases('tests', [
  { text: test1('  as staff { a: 1 ¦b: 2 }\n  GET "/x"\n  expect deny'), codes: 'IAP1001', kept: 'c' },
  { text: test1('  as staff { a: 1\n  ¦GET "/x"\n  expect deny'), codes: 'IAP1001', kept: 'c' },
  { text: test1('  as staff\n  ¦GET "/x"\n  expect deny'), codes: 'IAP1001', kept: 'c' },
  { text: test1('  as staff { a: ¦"mia }\n  GET "/x"\n  expect deny'), codes: 'IAP1003', kept: 'c' },
  { text: test1('  as staff { a: 1, ¦a: 2, ¦"a": 3 }\n  GET "/x"\n  expect deny'), codes: 'IAP1013 IAP1013', kept: 'test c' },
  {
    text: test1('  as staff { a: ¦01, b: ¦0x1, c: ¦.5, d: ¦1e999 }\n  GET "/x"\n  expect deny'),
    codes: 'IAP1006 IAP1006 IAP1006 IAP1007',
  },
  { text: test1('  ¦get "/x"\n  expect deny'), codes: 'IAP1012', kept: 'test c' },
  { text: test1('  GET ¦x\n  expect deny'), codes: 'IAP1001', kept: 'c' },
  {
    text: test1('  GET "/x"\n  header "a" ¦= "b"\n  at ¦time("x")\n  from ¦10\n  expect ¦denied'),
    codes: 'IAP1001 IAP1001 IAP1001 IAP1001',
    kept: 'c',
  },
  { text: test1('  GET "/x"\n  expect reject').replace('\n}', '\n¦}'), codes: 'IAP1001', kept: 'c' },
  { text: test1('  GET "/x"\n  expect reject ¦99'), codes: 'IAP1007', kept: 'c' },
  { text: test1('  GET "/x"').replace('\n}', '\n¦}'), codes: 'IAP1001', kept: 'c' },
  { text: test1('  GET "/x"\n  from "1.2.3.4"\n  ¦at timestamp("x")\n  expect deny'), codes: 'IAP1020', kept: 'c' },
  { text: 'test "t" {\n  GET "/x"\n  expect deny\n¦label c', codes: 'IAP1001', kept: 'c' },
  { text: 'test ¦t {\n  GET "/x"\n  expect deny\n}\nlabel c', codes: 'IAP1001', kept: 'c' },
])

test('ten independent mistakes are ten diagnostics, and what is whole is kept', () => {
  const got = read(`import { x ¦y } from "./x.iap"
identity staff via jwt {
  sub: ¦1
  level?: int
}
role support of staff when "support" ¦inn caller.groups
label pii
¦lable money
service orders at "orders.shop.example" {
  route read GET "/orders/{id}" is pii
  route list ¦get "/orders"
  route bad ¦"/bad"
}
permit reads
  on orders.read
  to ¦"staff"
  when caller.level > ¦) && x
permit lists on orders.list to staff
forbid late
  on label pii
  because ¦"too late
invariant i on * denied ¦true
test "reads" { GET "https://x/" expect deny }
`)
  expect(got.found).toEqual(got.places)
  expect(got.found).toHaveLength(10)
  expect(got.kept).toBe('staff pii orders lists late test')
  expect(got.broken).toBe(' i orders.bad reads support x')
})

test('a field whose type could not be read is there, with a type without a name', () => {
  const { result } = read('identity a via jwt {\n  x: ¦!\n  y: int\n}')
  expect(result.declarations[0]).toMatchObject({
    claims: [{ name: { text: 'x' }, type: { name: { text: '' } } }, { name: { text: 'y' } }],
  })
  expect(result.brokenNames).toEqual([''])
})

test('what was expected, what stands there, and what may have been meant', () => {
  const { diagnostics } = read('permt p on *\npermit q\n  onn *\n  when (a\n')
  expect(
    diagnostics.map(({ message, help, related }) => ({ message, help, related: related.map((place) => place.message) })),
  ).toEqual([
    { message: 'expected a declaration, but found `permt`', help: 'did you mean `permit`?', related: [] },
    { message: 'expected a clause or a declaration, but found `onn`', help: 'did you mean `on`?', related: [] },
    {
      message: 'expected `)`, but found the end of the file',
      help: 'write `)` here, or remove what does not belong here',
      related: ['this `(` is not closed'],
    },
  ])
})

test('a mend that can be made is one', () => {
  const mended = (text: string) => {
    const [diagnostic] = read(text).diagnostics
    const edits = diagnostic?.fixes[0]?.edits ?? []
    return edits.reduceRight((before, { span, text: put }) => before.slice(0, span.start) + put + before.slice(span.end), text)
  }
  expect(mended('permt p on *')).toBe('permit p on *')
  expect(mended('permit p on * when a = b')).toBe('permit p on * when a == b')
  expect(mended('import { a } frm "./x.iap"')).toBe('import { a } from "./x.iap"')
  expect(mended('service s at "h" { route r get "/" }')).toBe('service s at "h" { route r GET "/" }')
  expect(mended('service s at "h" { route r M_SEARCH "/" }')).toBe('service s at "h" { route r "M-SEARCH" "/" }')
  expect(mended('type T = { a: int b: int }')).toBe('type T = { a: int, b: int }')
  expect(mended('forbid f on * when x < 10m')).toBe('forbid f on * when x < duration("10m")')
})

test('a parser that met mistakes reads the next text afresh', () => {
  read('permit p on ((((')
  expect(read('label a')).toMatchObject({ codes: '', kept: 'a', broken: '' })
})

test.each([
  ['a rule with an unreadable clause', 'permit a on s.* to staff when caller. && true', false],
  ['a rule without an end', 'permit a on s.* to staff when (', false],
  ['an invariant', 'invariant a on s.* permitted only when', false],
  ['a fixture', 'fixture a { as }', false],
  ['a rule that has swallowed an identity', 'permit a on s.* to staff when caller.\nidentity other via jwt {}', true],
  ['an identity', 'identity a via', true],
  ['a role', 'role a of', true],
  ['an import', 'import { a from "./b.iap"', true],
  ['a word', 'servise a at "b.c"', true],
])('%s that cannot be read may hide names on which rules depend: %s', (_, text, hides) => {
  const { result, diagnostics } = parse({ name: 'a.iap', text: `label first\n${text}\n\nlabel last\n` })
  expect(diagnostics.length).toBeGreaterThan(0)
  expect(result.hidesNames).toBe(hides)
})
