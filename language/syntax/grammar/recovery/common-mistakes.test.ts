import { describe, expect, test } from 'vitest'
import { read } from './marked-text.ts'

/** The one mistake of a text, the help that is given, and the text with the mend. */
function slip(text: string): { help: string; mended: string } {
  const { diagnostics, found, places } = read(text)
  expect(found).toEqual(places)
  expect(diagnostics).toHaveLength(1)
  const [diagnostic] = diagnostics
  const edits = [...(diagnostic?.fixes[0]?.edits ?? [])].sort((a, b) => b.span.start - a.span.start)
  const bare = text.replaceAll('¦', '')
  const mended = edits.reduce((before, { span, text: put }) => before.slice(0, span.start) + put + before.slice(span.end), bare)
  return { help: diagnostic?.help ?? '', mended }
}

describe('what is written for the words of other languages', () => {
  test.each([
    ['permit p on * to a ¦and b', ',', 'permit p on * to a , b'],
    ['permit p on x.y ¦or x.z to a', ',', 'permit p on x.y , x.z to a'],
    ['permit p on * to a when b ¦and c', '&&', 'permit p on * to a when b && c'],
    ['permit p on * to a when b ¦= c', '==', 'permit p on * to a when b == c'],
    ['permit p on * to a ¦if b', 'when', 'permit p on * to a when b'],
    ['role a of b ¦if c', 'when', 'role a of b when c'],
    ['role a of b ¦= c', 'when', 'role a of b when c'],
    ['role a of b, c ¦where d', 'when', 'role a of b, c when d'],
    ['role a of b when c ¦= d', '==', 'role a of b when c == d'],
    ['label c\n¦allow p on * to a', 'permit', 'label c\npermit p on * to a'],
    ['permit q on * to a\n¦allow p on * to a when b', 'permit', 'permit q on * to a\npermit p on * to a when b'],
    ['permit q on * to a\n¦deny p on * when b', 'forbid', 'permit q on * to a\nforbid p on * when b'],
    ['permit p on * to a require mfa ¦in 10m', 'within', 'permit p on * to a require mfa within 10m'],
    ['permit p on * to ¦*', 'anyone', 'permit p on * to anyone'],
    ['permit p on * to a require mfa within ¦10 min', '10m', 'permit p on * to a require mfa within 10m'],
    ['permit p on * to a limit 5 per ¦hour', '1h', 'permit p on * to a limit 5 per 1h'],
    ['permit p on * to a limit 5¦/min', 'per 1m', 'permit p on * to a limit 5 per 1m'],
    ['label c\n¦EFFECT_DENY p on * when b', 'forbid', 'label c\nforbid p on * when b'],
    ['service s ¦hosts "a.example" {\n}', 'at', 'service s at "a.example" {\n}'],
    ['type T = ¦[string]', 'list<string>', 'type T = list<string>'],
    ['data d: string¦[]', 'list<string>', 'data d: list<string>'],
    ['type T = { a: string¦[], b: int }', 'list<string>', 'type T = { a: list<string>, b: int }'],
    ['permit p on * to a when b.all(x ¦=> x > 1)', ',', 'permit p on * to a when b.all(x , x > 1)'],
    ['permit p on * to a when b !=¦= c', '!=', 'permit p on * to a when b != c'],
    ['service s at ¦x.example {\n}', '"x.example"', 'service s at "x.example" {\n}'],
    ['service s at "h" {\n  route r GET ¦/a/{id}\n}', '"/a/{id}"', 'service s at "h" {\n  route r GET "/a/{id}"\n}'],
    ['permit p on * to a header ¦x-tier = "a"', '"x-tier"', 'permit p on * to a header "x-tier" = "a"'],
    ['permit ¦"create payments" on * to a', 'create_payments', 'permit create_payments on * to a'],
    ['test "t" {\n  GET "u"\n  expect ¦allow\n}', 'permit', 'test "t" {\n  GET "u"\n  expect permit\n}'],
    ['test "t" {\n  GET "u"\n  expect ¦403\n}', 'deny', 'test "t" {\n  GET "u"\n  expect deny\n}'],
    [
      'test "t" {\n  GET "u"\n  at ¦"2026-03-02T09:00:00Z"\n  expect deny\n}',
      'timestamp("2026-03-02T09:00:00Z")',
      'test "t" {\n  GET "u"\n  at timestamp("2026-03-02T09:00:00Z")\n  expect deny\n}',
    ],
  ])('%s', (text, suggestion, mended) => {
    expect(slip(text)).toEqual({ help: `did you mean \`${suggestion}\`?`, mended })
  })
})

describe('what is said otherwise', () => {
  test.each([
    ['permit create¦-payments on * to a', 'names consist of letters', 'permit create_payments on * to a'],
    ['type T = { a: int¦?, b: int }', 'write the `?` of an optional field after its name', 'type T = { a?: int, b: int }'],
    [
      'test "t" {\n  POST "u" body ¦{ a: 1 }\n  expect deny\n}',
      'write JSON directly after the URL',
      'test "t" {\n  POST "u" { a: 1 }\n  expect deny\n}',
    ],
    [
      'test "t" {\n  as a { b: 1 }\n  authenticated by mfa ¦$ago ago\n  GET "u"\n  expect deny\n}',
      'write placeholders only for',
      'test "t" {\n  as a { b: 1 }\n  authenticated by mfa $ago ago\n  GET "u"\n  expect deny\n}',
    ],
    [
      'test "t" {\n  ¦data d missing\n  GET "u"\n  expect deny\n}',
      'write the request before `data`',
      'test "t" {\n  data d missing\n  GET "u"\n  expect deny\n}',
    ],
    [
      'test "t" {\n  given x\n  data d missing\n  ¦GET "https://u/"\n  expect deny\n}',
      'write the parts of a test in this order: `given`',
      'test "t" {\n  given x\n  data d missing\n  GET "https://u/"\n  expect deny\n}',
    ],
    [
      'test "t" { as a { b: 1 } for ¦any request on * expect deny }',
      'a test of any request has no caller',
      'test "t" { as a { b: 1 } for any request on * expect deny }',
    ],
    [
      'test "t" { given x for ¦any request on * expect deny }',
      'a test of any request has no caller',
      'test "t" { given x for any request on * expect deny }',
    ],
    ['test "t" { given ¦}', 'write the name of a fixture here', 'test "t" { given }'],
    ['label a\n¦rules:\n  - from: staff', 'policies are not YAML', 'label a\nrules:\n  - from: staff'],
    ['¦# a comment\nlabel a', 'write comments as `// …`', '// a comment\nlabel a'],
    ['label b\n  ¦## a comment\nlabel a', 'write comments as `// …`', 'label b\n  // a comment\nlabel a'],
    ['permit p on * to a ¦# when b', 'write comments as `// …`', 'permit p on * to a # when b'],
    ['permit p on * to a when b == ¦“x”', 'write `"x"`: strings are quoted', 'permit p on * to a when b == "x"'],
    ['permit p on * to a when b == ¦`x y`', 'write `"x y"`: strings are quoted', 'permit p on * to a when b == "x y"'],
    ['permit p on * to a when b == ¦‘x\\y’', 'write strings with straight quotes', 'permit p on * to a when b == ‘x\\y’'],
    ['label st¦ä', 'write names with the letters A to Z', 'label stä'],
    ['permit p on * to a when not ¦b is c', 'write `!(…)` for `not …`', 'permit p on * to a when not b is c'],
    ['permit p on * to a when if ¦b then c', 'write `TEST ? A : B`', 'permit p on * to a when if b then c'],
    ['permit ¦(principal, action, resource)', 'a rule has a name', 'permit (principal, action, resource)'],
    [
      'permit p on * to a unless { b.c == 1 ¦}',
      'write the condition without braces: `unless',
      'permit p on * to a unless { b.c == 1 }',
    ],
    ['permit p on * to a ¦{\n  when b\n}', 'write the clauses of a rule without braces', 'permit p on * to a \n  when b\n'],
    ['label b\n¦allow if { a }', 'a rule has a name', 'label b\nallow if { a }'],
    ['label b\n¦package a.b', 'remove it: a policy has no packages', 'label b\npackage a.b'],
    ['label b\n¦- a: b\n\nc:\n  d: e', 'policies are not YAML', 'label b\n- a: b\n\nc:\n  d: e'],
    ['permit p on¦: x.y to a', 'write a clause without a colon', 'permit p on x.y to a'],
    ['permit p on * to a\n  ¦condition: b', 'write a clause such as `when', 'permit p on * to a\n  condition: b'],
    ['permit p on * to ¦["a", "b"]', 'write lists without brackets: `a, b`', 'permit p on * to a, b'],
    ['service s at ¦["a.example"] {\n}', 'write lists without brackets: `"a.example"`', 'service s at "a.example" {\n}'],
    ['permit p on * to email ¦"a@b.c"', '`to` names identities and roles', 'permit p on * to email "a@b.c"'],
    ['permit p on * to a when b.c ¦has d', 'write `has(b.c.d)`', 'permit p on * to a when has(b.c.d)'],
    ['permit p on * to a when x && b.c ¦has "d" && e', 'write `"d" in b.c`', 'permit p on * to a when x && "d" in b.c && e'],
    ['permit p on * to a when b ¦like "x*"', 'write `b.startsWith("x")`', 'permit p on * to a when b.startsWith("x")'],
    ['permit p on * to a when b ¦like "*x*"', 'write `b.contains("x")`', 'permit p on * to a when b.contains("x")'],
    ['permit p on * to a when b ¦like "x"', 'write `b == "x"`', 'permit p on * to a when b == "x"'],
    [
      'permit p on * to a when b ¦like "a.*.c"',
      'write `b.matches(r"^a\\..*\\.c$")`',
      'permit p on * to a when b.matches(r"^a\\..*\\.c$")',
    ],
    ['permit p on * to a when b ¦matches "x"', 'write `b.matches("x")`', 'permit p on * to a when b.matches("x")'],
    ['permit p on * to a when b ¦ends_with "x"', 'write `b.endsWith("x")`', 'permit p on * to a when b.endsWith("x")'],
    ['permit p on * to a when some ¦g in b', 'write `caller.groups.exists(g, …)`', 'permit p on * to a when some g in b'],
    ['permit p on * to a when b == C¦::"d"', 'values have no types in front', 'permit p on * to a when b == C::"d"'],
    ['permit p on * to a when b ¦:= c', 'compare values with `==`', 'permit p on * to a when b := c'],
    ['permit p on * to a when b is ¦"c"', 'compare values with `==`', 'permit p on * to a when b is "c"'],
    ['import ¦data.roles', 'list the names to import', 'import data.roles'],
    ['import ¦* from "./a.iap"', 'list the names to import', 'import * from "./a.iap"'],
    ['type T = { a: string ¦| null }', 'for a field that may be missing or null', 'type T = { a: string | null }'],
    ['type T = { a: int ¦| string }', 'only strings have alternatives', 'type T = { a: int | string }'],
    ['label a¦;', 'remove it; separate the elements', 'label a;'],
  ])('%s', (text, beginning, mended) => {
    const got = slip(text)
    expect(got.help.slice(0, beginning.length)).toBe(beginning)
    expect(got.mended).toBe(mended)
  })
})

test('a keyword that is no name is told where it stands', () => {
  const { diagnostics, found, places } = read('service s at "h" {\n  route ¦mfa GET "/a"\n}\npermit p on s.mfa to a')
  expect(found).toEqual(places)
  expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'IAP1016 `mfa` is a reserved word and cannot be a name',
  ])
})

test('a name that is no route is told itself', () => {
  const { diagnostics, found, places } = read('permit p on ¦labels money to a\npermit q on ¦money to a')
  expect(found).toEqual(places)
  expect(diagnostics.map(({ help }) => help)).toEqual([
    'did you mean `label`?',
    'write `*`, `label` and a label, or a route such as `orders.read` here, or remove what does not belong here',
  ])
})
