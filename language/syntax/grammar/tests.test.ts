import { expect, test } from 'vitest'
import { reservedWords } from '../tokens.ts'
import { declared } from './plain-tree.ts'

test('tests', () => {
  const text = `test "all" {
    as staff { sub: "mia", "groups": ["a", "b",], level: 4, n: -1.5e2, t: true, f: false, no: null, o: {}, }
    POST "https://orders.shop.example/orders"
    header "a": "1", "b": "2"
    header "c": "3"
    at timestamp("2026-03-02T09:00:00Z") from "10.1.2.3"
    expect permit by managers_refund
  }`
  const scalar = (value: unknown) => ({ kind: 'JsonScalar', value })
  expect(declared(text)).toEqual({
    kind: 'TestDeclaration',
    name: { text: 'all' },
    given: [],
    caller: {
      identity: 'staff',
      claims: {
        kind: 'JsonObject',
        members: [
          { key: 'sub', value: scalar('mia') },
          { key: { text: 'groups' }, value: { kind: 'JsonArray', elements: [scalar('a'), scalar('b')] } },
          { key: 'level', value: scalar(4) },
          { key: 'n', value: scalar(-150) },
          { key: 't', value: scalar(true) },
          { key: 'f', value: scalar(false) },
          { key: 'no', value: scalar(null) },
          { key: 'o', value: { kind: 'JsonObject', members: [] } },
        ],
      },
    },
    authenticated: null,
    method: 'POST',
    url: { text: 'https://orders.shop.example/orders' },
    body: null,
    headers: [
      { name: { text: 'a' }, value: { text: '1' } },
      { name: { text: 'b' }, value: { text: '2' } },
      { name: { text: 'c' }, value: { text: '3' } },
    ],
    data: [],
    mtls: null,
    at: { text: '2026-03-02T09:00:00Z' },
    from: { text: '10.1.2.3' },
    expect: expectation({ effect: 'permit', by: 'managers_refund' }),
    cases: null,
    doc: null,
  })
})

test('every part of a test', () => {
  const text = `test "all" {
    as staff { sub: $who }
    authenticated by mfa 5m ago
    POST $url { amount: 1200, items: [$item] }
    header "a": $a
    data assigned: { mia: ["acme"] }
    data quota: 3
    data blocked missing
    mtls { spiffe_id: "spiffe://x/y" }
    at timestamp($at)
    from $ip
    expect $effect by managers_refund header "x-tier": "plain", "y": $y limit p, q header "z": "z" shadow none
    cases {
      "one": { who: "mia", n: 1 }, "two": { who: "bob" }
      "three": {}
    }
  }`
  const placeholder = (name: string) => ({ kind: 'Placeholder', name })
  const scalar = (value: unknown) => ({ kind: 'JsonScalar', value })
  expect(declared(text)).toMatchObject({
    caller: { identity: 'staff', claims: { members: [{ key: 'sub', value: placeholder('who') }] } },
    authenticated: { kind: 'Authenticated', by: 'mfa', ago: { kind: 'Period', milliseconds: 300_000 } },
    method: 'POST',
    url: placeholder('url'),
    body: {
      kind: 'JsonObject',
      members: [
        { key: 'amount', value: scalar(1200) },
        { key: 'items', value: { kind: 'JsonArray', elements: [placeholder('item')] } },
      ],
    },
    headers: [{ name: { text: 'a' }, value: placeholder('a') }],
    data: [
      { name: 'assigned', value: { kind: 'JsonObject' } },
      { name: 'quota', value: scalar(3) },
      { name: 'blocked', value: null },
    ],
    mtls: { kind: 'JsonObject', members: [{ key: 'spiffe_id', value: scalar('spiffe://x/y') }] },
    at: placeholder('at'),
    from: placeholder('ip'),
    expect: expectation({
      effect: placeholder('effect'),
      by: 'managers_refund',
      headers: [
        { name: { text: 'x-tier' }, value: { text: 'plain' } },
        { name: { text: 'y' }, value: placeholder('y') },
        { name: { text: 'z' }, value: { text: 'z' } },
      ],
      limit: ['p', 'q'],
      shadow: [],
    }),
    cases: [
      { kind: 'TestCase', name: { text: 'one' }, values: { members: [{ key: 'who' }, { key: 'n' }] } },
      { kind: 'TestCase', name: { text: 'two' } },
      { kind: 'TestCase', name: { text: 'three' }, values: { members: [] } },
    ],
  })
})

test('a placeholder for the identity, the claims, the method and the rule', () => {
  const placeholder = (name: string) => ({ kind: 'Placeholder', name })
  const text = 'test "t" {\n  as $who $claims\n  $method $url\n  expect $effect by $rule\n  cases {}\n}'
  expect(declared(text)).toMatchObject({
    caller: { identity: placeholder('who'), claims: placeholder('claims') },
    method: placeholder('method'),
    url: placeholder('url'),
    expect: { effect: placeholder('effect'), by: placeholder('rule') },
  })
  expect(declared('test "t" { as anonymous $method $url expect deny cases {} }')).toMatchObject({
    caller: 'anonymous',
    method: placeholder('method'),
  })
})

test('a test of any request', () => {
  const text = 'test "t" { for any request on s.*, label l except s.r when caller is anonymous expect deny }'
  expect(declared(text)).toMatchObject({
    kind: 'PropertyDeclaration',
    name: { text: 't' },
    on: [
      { kind: 'ServiceTarget', service: 's' },
      { kind: 'LabelTarget', label: 'l' },
    ],
    except: [{ kind: 'RouteTarget' }],
    condition: { kind: 'Is' },
    expect: { effect: 'deny' },
  })
  expect(declared('test "t" { for any request on * expect permit }')).toMatchObject({
    except: [],
    condition: null,
    expect: { effect: 'permit' },
  })
})

test('a fixture has parts of a request, and a test names fixtures', () => {
  expect(declared('fixture mia { as staff from "./people.yaml#/mia" authenticated 5m ago }')).toMatchObject({
    kind: 'FixtureDeclaration',
    name: 'mia',
    caller: { identity: 'staff', claims: { kind: 'JsonFile', from: { text: './people.yaml#/mia' } } },
    authenticated: { ago: { milliseconds: 300_000 } },
    method: null,
    url: null,
  })
  expect(
    declared('fixture all {\n  POST "https://x/" body from "./b.json"\n  data a from "./a.json"\n  from "::1"\n}'),
  ).toMatchObject({
    method: 'POST',
    body: { kind: 'JsonFile', from: { text: './b.json' } },
    data: [{ name: 'a', value: { kind: 'JsonFile' } }],
    from: { text: '::1' },
  })
  expect(declared('fixture none {}')).toMatchObject({ caller: null, method: null, data: [], headers: [] })
  expect(declared('test "t" { given mia, $data expect deny }')).toMatchObject({
    given: ['mia', { kind: 'Placeholder', name: 'data' }],
    caller: null,
    method: null,
  })
})

test.each([
  ['{ a: 1 }', { kind: 'JsonObject' }],
  ['[1, 2]', { kind: 'JsonArray' }],
  ['$body', { kind: 'Placeholder', name: 'body' }],
  ['body "raw"', { text: 'raw' }],
  ['body """a\nb"""', { text: 'a\nb' }],
])('the body %s of a test', (body, expected) => {
  expect(declared(`test "t" { POST "https://x/" ${body} expect deny }`)).toMatchObject({ body: expected })
})

test('a key of JSON may be any word', () => {
  const keys = [...reservedWords.keys(), 'data', 'type']
  const text = `test "t" { as a { ${keys.map((key) => `${key}: 1`).join(', ')} } GET "https://x/" expect deny }`
  expect(declared(text)).toMatchObject({ caller: { claims: { members: keys.map((key) => ({ key })) } } })
})

test.each([
  ['authenticated 10s ago', null, 10_000],
  ['authenticated by mfa 0s ago', 'mfa', 0],
  ['authenticated by acr "gold" 1d ago', { text: 'gold' }, 86_400_000],
])('%s', (part, by, milliseconds) => {
  expect(declared(`test "t" { as a {} ${part} GET "https://x/" expect deny }`)).toMatchObject({
    authenticated: { by, ago: { milliseconds } },
  })
})

test.each([
  ['expect deny', { effect: 'deny', by: null, status: null }],
  ['expect deny by default', { effect: 'deny', by: 'default' }],
  ['expect deny by no-route', { effect: 'deny', by: 'no-route' }],
  ['expect deny by no', { effect: 'deny', by: 'no' }],
  ['expect deny by data', { effect: 'deny', by: 'data' }],
  ['expect permit limit none', { effect: 'permit', limit: [], shadow: null }],
  ['expect permit shadow a, b limit none, none', { shadow: ['a', 'b'], limit: ['none', 'none'] }],
  ['expect unauthenticated', { effect: 'unauthenticated' }],
  ['expect challenge', { effect: 'challenge' }],
  ['expect reject 400', { effect: 'reject', status: 400, by: null }],
])('%s', (expectation, expected) => {
  for (const [text, caller] of [
    ['', null],
    ['as anonymous ', 'anonymous'],
  ]) {
    const test = declared(`test "t" { ${text}GET "https://x/" ${expectation} }`)
    expect(test).toMatchObject({ caller, headers: [], at: null, from: null, expect: expected })
  }
})

function expectation(said: object) {
  return { kind: 'Expectation', by: null, status: null, headers: [], limit: null, shadow: null, ...said }
}
