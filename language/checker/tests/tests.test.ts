import { describe, expect, it } from 'vitest'
import { checkProject } from '../../project.ts'
import { isAddress } from './is-address.ts'

const PRELUDE = `
identity staff via jwt { sub: string }
identity workload via mtls
label l
data assigned: map<string, set<string>>
data quota: int
service s at "s.example" { route r POST "/{id}" is l }
permit p on s.r to staff
permit metered on s.r to staff limit 1 per 1h header "x-tier" = "gold"
forbid f on s.r to anonymous
shadow forbid tried on s.r
`
const URL = '"https://s.example/1"'

function check(text: string) {
  return checkProject({ read: (name) => (name === 'main.iap' ? PRELUDE + text : null) }, ['main.iap'])
}

function found(text: string): string[] {
  return check(text).diagnostics.map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)
}

function tests(text: string) {
  const { result, diagnostics } = check(text)
  if (result === null) throw new Error(diagnostics.map((one) => one.message).join())
  return result.tests.map(({ declaration, ...test }) => test)
}

describe('a test', () => {
  it('is in the model with all that it says', () => {
    const [test] = tests(`test "t" {
      as staff { sub: "mia" }
      authenticated by acr "gold" 5m ago
      POST ${URL} { amount: 1, list: [true, null] }
      header "x-a": "1"
      data assigned: { mia: ["a"] }
      data quota missing
      mtls { spiffe_id: "spiffe://d/x", dns_names: ["a.example"] }
      at timestamp("2026-03-02T09:00:00Z") from "2001:db8::1"
      expect permit by p header "x-tier": "gold" limit metered shadow tried
    }`)
    expect(test).toMatchObject({
      name: 't',
      caller: { claims: { sub: 'mia' } },
      authenticated: { by: { acr: 'gold' }, millisecondsAgo: 300_000 },
      method: 'POST',
      url: 'https://s.example/1',
      body: { json: { amount: 1, list: [true, null] } },
      headers: [{ name: 'x-a', value: '1' }],
      data: { assigned: { mia: ['a'] } },
      missing: ['quota'],
      mtls: { spiffe_id: 'spiffe://d/x', dns_names: ['a.example'] },
      at: '2026-03-02T09:00:00Z',
      from: '2001:db8::1',
      expect: {
        effect: 'permit',
        by: 'p',
        status: null,
        headers: [{ name: 'x-tier', value: 'gold' }],
        limit: ['metered'],
        shadow: ['tried'],
      },
    })
  })

  it('says nothing that it leaves out', () => {
    const [test] = tests(`test "t" { POST ${URL} body "raw" expect reject 400 }`)
    expect(test).toMatchObject({
      caller: null,
      authenticated: null,
      body: { raw: 'raw' },
      headers: [],
      data: {},
      mtls: null,
      at: null,
      from: null,
      expect: { effect: 'reject', by: null, status: 400, headers: [], limit: null, shadow: null },
    })
  })

  it.each([
    `test "t" { GET ${URL} expect deny by default }`,
    `test "t" { GET ${URL} expect deny by no-route }`,
    `test "t" { GET ${URL} expect deny by data }`,
    `test "t" { GET ${URL} expect deny by f limit none shadow none }`.replace(' limit none', ''),
    `test "t" { GET ${URL} expect unauthenticated by f }`,
    `test "t" { GET ${URL} expect challenge by p }`,
    `test "t" { GET ${URL} expect permit limit none }`,
    `test "t" { POST ${URL} header "X-A": "1" header "X-A": "2" expect reject 400 }`,
    `test "t" { GET "http://S.example:8080/%zz/../a?b=c" expect reject 400 }`,
    `test "t" { as workload { spiffe_id: "spiffe://a/b" } GET ${URL} mtls { spiffe_id: "spiffe://a/b", dns_names: [] } expect deny }`,
    `test "t" { as workload { spiffe_id: 1 } GET ${URL} mtls { spiffe_id: "spiffe://a/b" } expect reject 401 }`,
  ])('%s', (text) => expect(found(text)).toEqual([]))

  it.each([
    [`test "t" { as nobody {} GET ${URL} expect deny }`, 'IAP2001 nobody'],
    [`test "t" { as anonymous authenticated 5m ago GET ${URL} expect deny }`, 'IAP4064 authenticated 5m ago'],
    [`test "t" { GTE ${URL} expect deny }`, 'IAP4009 GTE'],
    ['test "t" { GET "/orders" expect deny }', 'IAP4068 "/orders"'],
    ['test "t" { GET "https:///orders" expect deny }', 'IAP4068 "https:///orders"'],
    ['test "t" { GET "https://s.example" expect deny }', 'IAP4068 "https://s.example"'],
    ['test "t" { GET "https://s.example/#a" expect deny }', 'IAP4068 "https://s.example/#a"'],
    [`test "t" { GET ${URL} header "x a": "1" expect deny }`, 'IAP4067 "x a"'],
    [`test "t" { GET ${URL} data assignd: {} expect deny }`, 'IAP2001 assignd'],
    [`test "t" { GET ${URL} data staff: {} expect deny }`, 'IAP2001 staff'],
    [`test "t" { GET ${URL} data assigned: {} data assigned: {} expect deny }`, 'IAP4011 assigned'],
    [`test "t" { GET ${URL} data assigned missing data assigned: {} expect deny }`, 'IAP4011 assigned'],
    [`test "t" { GET ${URL} data assignd missing expect deny }`, 'IAP2001 assignd'],
    [`test "t" { GET ${URL} mtls { spiffe: "a" } expect deny }`, 'IAP4066 spiffe'],
    [`test "t" { GET ${URL} mtls { dns_names: [] } expect deny }`, 'IAP4066 { dns_names: [] }'],
    [`test "t" { GET ${URL} mtls { spiffe_id: "a", dns_name: [] } expect deny }`, 'IAP4066 dns_name'],
    [
      `test "t" { as workload { spiffe_id: "spiffe://a/b" } GET ${URL} mtls { spiffe_id: "spiffe://a/c" } expect deny }`,
      'IAP4064 { spiffe_id: "spiffe://a/c" }',
    ],
    [
      `test "t" { as workload { spiffe_id: "spiffe://a/b" } GET ${URL} mtls { spiffe_id: "spiffe://a/b", dns_names: [$n] } expect deny
        cases { "one": { n: "a" } } }`,
      'IAP4064 { spiffe_id: "spiffe://a/b", dns_names: [$n] }',
    ],
    [`test "t" { GET ${URL} at timestamp("2026-02-30T00:00:00Z") expect deny }`, 'IAP4013 "2026-02-30T00:00:00Z"'],
    [`test "t" { GET ${URL} at timestamp("2026-02-03 00:00:00Z") expect deny }`, 'IAP4013 "2026-02-03 00:00:00Z"'],
    [`test "t" { GET ${URL} from "192.0.2" expect deny }`, 'IAP4069 "192.0.2"'],
    [`test "t" { GET ${URL} expect permit by f }`, 'IAP2011 f'],
    [`test "t" { GET ${URL} expect deny by p }`, 'IAP2011 p'],
    [`test "t" { GET ${URL} expect deny by tried }`, 'IAP2011 tried'],
    [`test "t" { GET ${URL} expect permit by default }`, 'IAP2011 default'],
    [`test "t" { GET ${URL} expect unauthenticated by default }`, 'IAP2011 default'],
    [`test "t" { GET ${URL} expect reject 400 by p }`, 'IAP4064 p'],
    [`test "t" { GET ${URL} expect permit limit p }`, 'IAP2011 p'],
    [`test "t" { GET ${URL} expect permit shadow f }`, 'IAP2011 f'],
    [`test "t" { GET ${URL} expect permit header "x-teir": "gold" }`, 'IAP4065 "x-teir"'],
    [`test "t" { GET ${URL} expect permit header "x-tier": "a" header "x-tier": "b" }`, 'IAP4011 "x-tier"'],
    [`test "t" { GET ${URL} expect deny header "x-tier": "gold" }`, 'IAP4064 "x-tier"'],
    [`test "t" { GET ${URL} expect challenge limit metered }`, 'IAP4064 metered'],
  ])('%s', (text, ...expected) => expect(found(text)).toEqual(expected))
})

describe('cases', () => {
  it('are a test each, with what their rows say', () => {
    const found = tests(`test "t" {
      as staff { sub: $who, nested: [{ deep: $who }] }
      POST $url $body
      header "x-a": $who
      data assigned: $data
      at timestamp($time) from $ip
      expect $effect header "x-tier": $who
      cases {
        "one": { who: "a", url: "https://s.example/1", body: { n: 1 }, data: {}, time: "2026-01-01T00:00:00Z", ip: "192.0.2.1", effect: "permit" }
        "two": { who: "b", url: "https://s.example/2", body: [2], data: { x: ["y"] }, time: "2026-01-02T00:00:00Z", ip: "::1", effect: "deny" }
      }
    }`)
    expect(found).toMatchObject([
      {
        name: 't / one',
        caller: { claims: { sub: 'a', nested: [{ deep: 'a' }] } },
        url: 'https://s.example/1',
        body: { json: { n: 1 } },
        headers: [{ name: 'x-a', value: 'a' }],
        data: { assigned: {} },
        at: '2026-01-01T00:00:00Z',
        from: '192.0.2.1',
        expect: { effect: 'permit', headers: [{ value: 'a' }] },
      },
      { name: 't / two', body: { json: [2] }, data: { assigned: { x: ['y'] } }, from: '::1', expect: { effect: 'deny' } },
    ])
  })

  it('vary the method, the caller and the rule', () => {
    const found = tests(`test "t" {
      as $who $claims
      $method ${URL}
      expect $effect by $rule
      cases {
        "staff":   { who: "staff", claims: { sub: "a" }, method: "POST", effect: "permit", rule: "p" }
        "nobody":  { who: "anonymous", claims: {}, method: "PURGE", effect: "deny", rule: "no-route" }
        "no rule": { who: "anonymous", claims: null, method: "POST", effect: "unauthenticated", rule: null }
      }
    }`)
    expect(found).toMatchObject([
      { caller: { identity: { name: 'staff' }, claims: { sub: 'a' } }, method: 'POST', expect: { effect: 'permit', by: 'p' } },
      { caller: null, method: 'PURGE', expect: { effect: 'deny', by: 'no-route' } },
      { caller: null, method: 'POST', expect: { effect: 'unauthenticated', by: null } },
    ])
  })

  const row = (test: string, row: string) => `test "t" { ${test} cases { "r": { ${row} } } }`
  it.each([
    [row(`as $who {} POST ${URL} expect deny`, 'who: "workloads"'), 'IAP2001 workloads'],
    [row(`as $who {} POST ${URL} expect deny`, 'who: "p"'), 'IAP2001 p'],
    [row(`as $who {} POST ${URL} expect deny`, 'who: 1'), 'IAP4070 1'],
    [row(`as $who { sub: "a" } POST ${URL} expect deny`, 'who: "anonymous"'), 'IAP4064 anonymous'],
    [row(`as $who {} authenticated 5m ago POST ${URL} expect deny`, 'who: "anonymous"'), 'IAP4064 anonymous'],
    [row(`as staff $claims POST ${URL} expect deny`, 'claims: "a"'), 'IAP4070 "a"'],
    [row(`as workload $claims POST ${URL} mtls { spiffe_id: "a" } expect deny`, 'claims: null'), 'IAP4070 null'],
    [row(`$method ${URL} expect deny`, 'method: "get"'), 'IAP4009 "get"'],
    [row(`$method ${URL} expect deny`, 'method: null'), 'IAP4070 null'],
    [row(`POST ${URL} expect permit by $rule`, 'rule: "f"'), 'IAP2011 f'],
    [row(`POST ${URL} expect permit by $rule`, 'rule: "default"'), 'IAP2011 default'],
    [row(`POST ${URL} expect permit by $rule`, 'rule: true'), 'IAP4070 true'],
    [row(`POST ${URL} expect $effect by $rule`, 'effect: "reject", rule: "p"'), 'IAP4064 p'],
    [row(`POST ${URL} expect $effect by $rule`, 'effect: "reject", rule: null')],
  ])('%s', (text, ...expected) => expect(found(text)).toEqual(expected))

  it('suggest the name of a caller within its quotes', () => {
    const { diagnostics } = check(row(`as $who {} POST ${URL} expect deny`, 'who: "workloads"'))
    expect(diagnostics[0]?.fixes[0]?.edits.map(({ text }) => text)).toEqual(['workload'])
  })

  it.each([
    [`test "t" { POST $url expect deny }`, 'IAP2053 $url'],
    [`test "t" { POST ${URL} { a: $x, b: $x, c: $y } expect deny }`, 'IAP2053 $x', 'IAP2053 $y'],
    [`test "t" { POST ${URL} expect deny cases {} }`, 'IAP2056 "t"'],
    [`test "t" { POST ${URL} { a: $x } expect deny cases { "a": { y: 1 } } }`, 'IAP2052 $x', 'IAP2055 1'],
    [`test "t" { POST ${URL} { a: $x, b: $y } expect deny cases { "a": { x: 1, y: 2 } "b": { x: 1 } } }`, 'IAP2054 "b"'],
    [`test "t" { POST ${URL} { a: $x } expect deny cases { "a": { x: 1, y: 2 } "b": { x: 1, y: 2 } } }`, 'IAP2055 2'],
    [`test "t" { POST ${URL} { a: $x } expect deny cases { "a": { x: [$x] } } }`, 'IAP2053 $x'],
    [`test "t" { POST $x expect deny cases { "a": { x: 1 } "b": { x: ${URL} } } }`, 'IAP4070 1'],
    [`test "t" { POST $x expect deny cases { "a": { x: "/" } } }`, 'IAP4068 "/"'],
    [`test "t" { POST ${URL} at timestamp($x) expect deny cases { "a": { x: "today" } } }`, 'IAP4013 "today"'],
    [`test "t" { POST ${URL} from $x expect deny cases { "a": { x: "home" } } }`, 'IAP4069 "home"'],
    [`test "t" { POST ${URL} expect $x cases { "a": { x: "allow" } } }`, 'IAP4070 "allow"'],
    [`test "t" { POST ${URL} expect $x by nothing cases { "a": { x: "permit" } } }`, 'IAP2011 nothing'],
  ])('%s', (text, ...expected) => expect(found(text).sort()).toEqual([...expected].sort()))
})

describe('an address', () => {
  it.each([
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    '1::',
    '2001:db8::7',
    '1:2:3:4:5:6:7:8',
    '::ffff:192.0.2.1',
    '1:2:3:4:5:6:1.2.3.4',
    '1:2:3:4:5:6:7::',
    'ABCD::',
  ])('%s', (text) => expect(isAddress(text)).toBe(true))

  it.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '12345::',
    'fe80::1%eth0',
    '1.2.3.4::',
    '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4',
    ' ::1',
    '1:',
    ':1',
  ])('not %j', (text) => expect(isAddress(text)).toBe(false))
})
