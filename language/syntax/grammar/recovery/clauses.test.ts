import { describe, expect, test } from 'vitest'
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

const test1 = (inner: string) => `test "t" {\n${inner}\n}\nlabel c`

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
    broken: 's.',
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
