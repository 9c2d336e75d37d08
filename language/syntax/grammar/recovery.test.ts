import { describe, expect, test } from 'vitest'
import { parse } from '../../parse.ts'

/** What was reported for a text in which `¦` marks where each diagnostic is expected to begin, and what was expected. */
function read(marked: string) {
  const text = marked.replaceAll('¦', '')
  const places = [...marked.matchAll(/¦/g)].map(({ index }, at) => index - at)
  const { result, diagnostics } = parse({ name: 'a.iap', text })
  return {
    places,
    found: diagnostics.map(({ span }) => span.start),
    codes: diagnostics.map(({ code }) => code).join(' '),
    messages: diagnostics.map(({ message }) => message),
    kept: result.declarations
      .map((declaration) => (declaration.kind === 'TestDeclaration' ? 'test' : declaration.name.text))
      .join(' '),
    broken: result.brokenNames.join(' '),
    diagnostics,
    result,
  }
}

interface Case {
  readonly text: string
  readonly codes: string
  readonly kept?: string
  readonly broken?: string
}

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
  { text: 'permit p\n  on x ¦to staff\nlabel c', codes: 'IAP1001', kept: 'c' },
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

cases('data and defs', [
  { text: 'data d ¦map<string, int>\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'd' },
  { text: 'data d: map<string, int\n¦label c', codes: 'IAP1001', kept: 'c', broken: 'd' },
  { text: 'data d: string ¦= 3\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'd' },
  { text: 'data d: string\n¦dat e: string\nlabel c', codes: 'IAP1001', kept: 'd c' },
  { text: 'def f(a ¦int): bool = a\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'f' },
  { text: 'def f(a: int, b¦): bool = a\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'f' },
  { text: 'def f(a: int) ¦= a\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'f' },
  { text: 'def f(a: int): bool ¦a > 1\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'f' },
  { text: 'def f(a: int): bool = a >\n¦label c', codes: 'IAP1001', kept: 'c', broken: 'f' },
  { text: 'def f¦: bool = true\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'f' },
  { text: 'def f(a: int): bool = a ¦b\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'f' },
])

cases('annotations', [
  { text: '@was ¦label a\nlabel c', codes: 'IAP1001', kept: 'a c' },
  { text: '@was("x" ¦label a\nlabel c', codes: 'IAP1001', kept: 'a c' },
  { text: '@was(¦x) label a\nlabel c', codes: 'IAP1001', kept: 'a c' },
  { text: '@was("x")\nlabel c', codes: '', kept: 'c' },
  { text: '@was("x")¦', codes: 'IAP1001', kept: '' },
  { text: '@was("x")\n¦lable b\nlabel c', codes: 'IAP1001', kept: 'c' },
  {
    text: 'service s at "h" {\n  @was ¦route a GET "/a"\n  @was("x")\n¦}\nlabel c',
    codes: 'IAP1001 IAP1001',
    kept: 's c',
    broken: '',
  },
])

cases('names that are none: reported once, and read as names', [
  { text: 'label ¦7x\nservice s at "h" is 7x {\n  route r GET "/" is 7x\n}', codes: 'IAP1019', kept: '7x s', broken: '7x' },
  {
    text: 'role ¦auth of staff\npermit p on * to auth\nforbid f on * to auth',
    codes: 'IAP1016',
    kept: 'auth p f',
    broken: 'auth',
  },
  { text: 'permit p on label ¦10m, ¦8.y to ¦9z', codes: 'IAP1019 IAP1001 IAP1019', broken: '10m 9z p' },
  { text: 'permit p on ¦7x.y, ¦in.z to a', codes: 'IAP1019 IAP1016', kept: 'p', broken: '7x in' },
  { text: 'identity a via jwt {\n  x: string, ¦in: string\n  y: string\n}', codes: 'IAP1016', kept: 'a', broken: 'in' },
])

cases('routes and operations', [
  {
    text: 'service s at "h" {\n  route a GET "/a" query { a ¦int, b: int } is pii\n  route b GET "/b"\n}',
    codes: 'IAP1001',
    kept: 's',
    broken: '',
  },
  { text: 'service s at "h" {\n  route a GET "/a" query { a: int, ¦... }\n}', codes: 'IAP1001', kept: 's', broken: '' },
  {
    text: 'service s at "h" {\n  route a GET "/a" query ¦a: int is pii\n  route b GET "/b"\n}',
    codes: 'IAP1001',
    kept: 's',
    broken: 's.a',
  },
  {
    text: 'service s at "h" {\n  route a GET "/a" body ¦1 is pii\n  route b GET "/b"\n}',
    codes: 'IAP1001',
    kept: 's',
    broken: 's.a',
  },
  {
    text: 'service s at "h" {\n  route a GET "/a" is pii ¦query { a: int }\n  route b GET "/b"\n}',
    codes: 'IAP1001',
    kept: 's',
    broken: '',
  },
  {
    text: 'service s at "h" {\n  rpc a ¦GET "/a"\n  rpc b "x"\n  ¦a is pii\n  route c GET "/c"\n}',
    codes: 'IAP1001 IAP1001',
    kept: 's',
    broken: 's.a',
  },
  { text: 'service s at "h" from ¦"x.yaml" {\n  a is pii\n}\nlabel c', codes: 'IAP1001', kept: 'c', broken: 's' },
  { text: 'service s at "h" from openapi ¦x {\n  a is pii\n}\nlabel c', codes: 'IAP1001', kept: 'c', broken: 's' },
  { text: 'service s at "h" is pii ¦from openapi "x" {\n  a is pii\n}\nlabel c', codes: 'IAP1001', kept: 's c', broken: '' },
  {
    text: 'service s at "h" from openapi "x" {\n  a is pii\n  ¦b as pii\n  c is\n  ¦d is pii\n}',
    codes: 'IAP1001 IAP1001',
    kept: 's',
    broken: 's.c',
  },
])

cases('a rule that lost a clause is kept without it, unless the clause is what it concerns', [
  {
    text: 'permit p\n  on *\n  to a\n  limit 20 per ¦hour by b\n  because "x"\nlabel c',
    codes: 'IAP1001',
    kept: 'p c',
    broken: 'p',
  },
  {
    text: 'permit p\n  on *\n  to a\n  limit ¦1h\n  limit 2 per 1h\n  ¦limit 3 per 1h',
    codes: 'IAP1001 IAP1010',
    kept: 'p',
    broken: 'p',
  },
  {
    text: 'permit p\n  on *\n  to a\n  header ¦x-tier = "a"\n  header "y"¦: "a"\nlabel c',
    codes: 'IAP1001 IAP1001',
    kept: 'p c',
    broken: 'p',
  },
  {
    text: 'permit p\n  on *\n  to a\n  require mfa within ¦10\n  require ¦x > 1\n  because ¦1',
    codes: 'IAP1001 IAP1001 IAP1001',
    kept: 'p',
  },
  { text: 'permit p\n  on *\n  except ¦1\n  to a', codes: 'IAP1001', kept: '', broken: 'p' },
  { text: 'permit p\n  on *\n  to ¦1', codes: 'IAP1001', kept: '', broken: 'p' },
  { text: 'permit ¦p\n  when (a\n  ¦to c', codes: 'IAP1011 IAP1001', kept: '', broken: 'p' },
  { text: 'shadow ¦x on *\nlabel c', codes: 'IAP1001', kept: 'c' },
  { text: 'shadow\n¦label c', codes: 'IAP1001', kept: 'c' },
])

test('what follows a condition that could not be read may rely on it, so it is not kept', () => {
  const text = `permit p
  on *
  to a
  when b
  when has(caller.level) ¦caller
  unless caller.level > 3
  require mfa
  limit 1 per 1h by caller.level
  header "x" = caller.level
  because "no"`
  const { codes, result } = read(text)
  expect(codes).toBe('IAP1001')
  const [rule] = result.declarations
  expect(rule).toMatchObject({
    conditions: [{ expression: { name: 'b' } }],
    requires: [{ what: 'mfa' }],
    limit: null,
    headers: [],
  })
  expect(rule).toMatchObject({ because: { value: 'no' } })
  // What does not can go without it.
  const other = read('permit p\n  on *\n  to a\n  limit ¦x\n  when b').result.declarations[0]
  expect(other).toMatchObject({ limit: null, conditions: [{ expression: { name: 'b' } }] })
})

cases('invariants', [
  { text: 'invariant ¦i on *\nlabel c', codes: 'IAP1018', kept: 'c', broken: 'i' },
  { text: 'invariant ¦i denied always\nlabel c', codes: 'IAP1011', kept: 'c', broken: 'i' },
  { text: 'invariant i on * denied always ¦permitted when x\nlabel c', codes: 'IAP1010', kept: 'c', broken: 'i' },
  { text: 'invariant i on * ¦on * denied always\nlabel c', codes: 'IAP1010', kept: 'c', broken: 'i' },
  { text: 'invariant i\n  on *\n  ¦permited only when x\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'i' },
  { text: 'invariant i\n  on *\n  permitted ¦onlly when x\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'i' },
  { text: 'invariant i\n  on *\n  permitted only\n  ¦denied when x\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'i' },
  { text: 'invariant i\n  on *\n  ¦to a\n  denied when x\nlabel c', codes: 'IAP1001', kept: 'c', broken: 'i' },
  {
    text: 'invariant i\n  on ¦1\n  denied when x >\n  ¦allow unknown\nlabel c',
    codes: 'IAP1001 IAP1001',
    kept: 'c',
    broken: 'i',
  },
  { text: 'invariant ¦1 on *\nlabel c', codes: 'IAP1001', kept: 'c' },
])

cases('parts of tests', [
  {
    text: test1('  as a { x: 1 }\n  authenticated by mfa ¦5 m ago\n  GET "u"\n  expect ¦x'),
    codes: 'IAP1001 IAP1001',
    kept: 'c',
  },
  { text: test1('  as a { x: 1 }\n  authenticated by ¦otp 5m ago\n  GET "u"\n  expect deny'), codes: 'IAP1001', kept: 'c' },
  { text: test1('  as a { x: 1 }\n  authenticated 5m\n  ¦GET "u"\n  expect deny'), codes: 'IAP1001', kept: 'c' },
  { text: test1('  POST "u" { a: ¦}\n  data x: [1\n  ¦from "x"\n  expect ¦denied'), codes: 'IAP1001 IAP1001 IAP1001', kept: 'c' },
  { text: test1('  POST "u" { a: 1\n  ¦data x: [1]\n  from "x"\n  expect deny'), codes: 'IAP1001', kept: 'c' },
  { text: test1('  POST "u" ¦"raw"\n  expect deny'), codes: 'IAP1001', kept: 'c' },
  { text: test1('  POST "u"\n  data x ¦1\n  data y ¦2\n  data z: 3\n  expect ¦by'), codes: 'IAP1001 IAP1001 IAP1001', kept: 'c' },
  {
    text: test1(
      '  POST "u"\n  expect deny by\n  ¦header "x": "y"\n  limit ¦3\n  cases { "a" ¦{ x: 1 }\n "b": { y: ¦} \n "c": ¦1 }',
    ),
    codes: 'IAP1001 IAP1001 IAP1001 IAP1001 IAP1001',
    kept: 'c',
  },
  { text: test1('  POST "u"\n  expect deny\n  cases { "a": { x: 1 }, ¦"a": { x: 2 } }'), codes: 'IAP1013', kept: 'test c' },
  { text: test1('  POST "u"\n  expect deny\n  ¦from "x"'), codes: 'IAP1020', kept: 'c' },
  {
    text: test1('  POST "u"\n  from "x"\n  ¦header "a": "b"\n  ¦data d: 1\n  expect ¦x'),
    codes: 'IAP1020 IAP1020 IAP1001',
    kept: 'c',
  },
  { text: test1('  POST "u"\n  mtls ¦"x"\n  expect deny'), codes: 'IAP1001', kept: 'c' },
  { text: test1('  ¦expect deny'), codes: 'IAP1001', kept: 'c' },
  { text: test1('  GET ¦$\n  expect ¦$'), codes: 'IAP1002 IAP1002', kept: 'c' },
])

cases('texts without an end', [
  { text: 'service s at ¦"h {\n  route a GET "/a"\n}\nlabel c', codes: 'IAP1003', kept: 's c', broken: '' },
  { text: 'service s at ¦"h is pii {\n  route a GET "/a"\n}\nlabel c', codes: 'IAP1003', kept: 's c', broken: '' },
  { text: 'service s at ¦"h\n  is pii {\n  route a GET "/a"\n}\nlabel c', codes: 'IAP1003', kept: 's c', broken: '' },
  { text: 'test ¦"t {\n  GET "/x"\n  expect deny\n}\nlabel c', codes: 'IAP1003', kept: 'test c', broken: '' },
  { text: 'import { a } from ¦"./x.iap\nlabel c', codes: 'IAP1003', kept: 'c' },
  { text: 'role a of b when x == ¦"""x\n  y"\nlabel c', codes: 'IAP1003', kept: 'a c', broken: '' },
  { text: 'permit p\n  on *\n  because ¦"""x\n  y\n  to a\nlabel c', codes: 'IAP1003', kept: 'p c', broken: '' },
  { text: 'permit p\n  on *\n  require acr "x | "y¦"\n  to a\nlabel c', codes: 'IAP1003', kept: 'p c', broken: 'p' },
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
      message: 'expected `)`, but found the end of the text',
      help: 'write `)` here, or take out what is too much',
      related: ['this `(` is open'],
    },
  ])
})

test('a parser that met mistakes reads the next text afresh', () => {
  read('permit p on ((((')
  expect(read('label a')).toMatchObject({ codes: '', kept: 'a', broken: '' })
})
