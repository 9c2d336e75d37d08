import { describe, expect, it } from 'vitest'
import { checkProject } from '../../project.ts'

const FILES = {
  'ids.iap': `identity staff via jwt { sub: string }
data blocked: set<string>
service s at "s.example" { route r POST "/{id}" body { n: int } }
permit p on s.r to staff`,
  'shared.iap': `import { staff, blocked } from "./ids.iap"
fixture mia { as staff { sub: "mia" } }
fixture eve { as staff from "./data/people.yaml#/eve" }
fixture nobody { as anonymous }
fixture fresh { authenticated by mfa 5m ago }
fixture create { POST "https://s.example/1" { n: 1 } header "x-a": "1" }
fixture large { POST "https://s.example/2" body from "./data/large.json" }
fixture evening { data blocked from "./data/people.yaml#/blocked" at timestamp("2026-03-02T20:00:00Z") from "10.1.2.3" }`,
  'data/people.yaml': 'eve: { sub: eve }\nblocked: [eve, tom]\n',
  'data/large.json': '{ "n": 1000 }',
}
const IMPORTS = `import { staff, blocked } from "./ids.iap"
import { mia, eve, nobody, fresh, create, large, evening } from "./shared.iap"
`

function check(text: string, files: Readonly<Record<string, string>> = {}) {
  const all: Readonly<Record<string, string>> = { ...FILES, ...files, 'main.iap': IMPORTS + text }
  return checkProject({ read: (name) => all[name] ?? null }, ['main.iap'])
}

function found(text: string, files: Readonly<Record<string, string>> = {}): string[] {
  const { diagnostics } = check(text, files)
  return diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)
}

function tests(text: string) {
  const { result, diagnostics } = check(text)
  if (result === null) throw new Error(diagnostics.map((one) => one.message).join())
  return result.tests.map(({ declaration, ...test }) => test)
}

describe('a test with fixtures', () => {
  it('has their parts and its own', () => {
    expect(tests('test "t" { given eve, fresh, create, evening header "x-a": "2" expect permit by p }')).toMatchObject([
      {
        caller: { identity: { name: 'staff' }, claims: { sub: 'eve' } },
        authenticated: { by: 'mfa', millisecondsAgo: 300_000 },
        method: 'POST',
        url: 'https://s.example/1',
        body: { json: { n: 1 } },
        headers: [
          { name: 'x-a', value: '1' },
          { name: 'x-a', value: '2' },
        ],
        data: { blocked: ['eve', 'tom'] },
        missing: [],
        at: '2026-03-02T20:00:00Z',
        from: '10.1.2.3',
      },
    ])
  })

  it('takes the body from a document', () => {
    expect(tests('test "t" { given mia, large expect permit }')).toMatchObject([{ body: { json: { n: 1000 } } }])
    const own =
      'test "t" { as staff from "./data/people.yaml#/eve" POST "https://s.example/1" body from "./data/large.json" expect permit }'
    expect(tests(own)).toMatchObject([{ caller: { claims: { sub: 'eve' } }, body: { json: { n: 1000 } } }])
  })

  it('may name another fixture in each row', () => {
    const text = `test "t" {
      given $who, create
      expect $effect
      cases {
        "mia":    { who: "mia", effect: "permit" }
        "nobody": { who: "nobody", effect: "unauthenticated" }
      }
    }`
    expect(tests(text)).toMatchObject([{ caller: { claims: { sub: 'mia' } } }, { caller: null }])
  })
})

describe('is an error', () => {
  it.each([
    ['test "t" { given mi, create expect deny }', 'IAP2001 mi'],
    ['test "t" { given staff, create expect deny }', 'IAP2001 staff'],
    ['test "t" { given mia, mia, create expect deny }', 'IAP4011 mia'],
    ['test "t" { given mia, eve, create expect deny }', 'IAP4073 eve'],
    ['test "t" { given mia, create as anonymous expect deny }', 'IAP4073 mia'],
    ['test "t" { given mia, create POST "https://s.example/1" expect deny }', 'IAP4073 create'],
    ['test "t" { given create, evening data blocked: [] expect deny }', 'IAP4073 evening'],
    ['test "t" { given mia expect deny }', 'IAP4074 "t"'],
    ['test "t" { given fresh, create expect deny }', 'IAP4064 "t"'],
    ['test "t" { given nobody, create authenticated 5m ago expect deny }', 'IAP4064 authenticated 5m ago'],
    ['test "t" { given $a, create expect deny cases { "r": { a: "mi" } } }', 'IAP2001 mi'],
    ['test "t" { given $a, create expect deny cases { "r": { a: 1 } } }', 'IAP4070 1'],
    ['test "t" { given $a, mia, create expect deny cases { "r": { a: "eve" } } }', 'IAP4073 mia'],
    ['test "t" { given $a, create expect deny cases { "r": { a: "fresh" } } }', 'IAP4064 "r"'],
    ['fixture f { as staff { sub: $x } }', 'IAP2053 $x'],
    ['fixture f { as nobody {} }', 'IAP2001 nobody'],
    ['fixture f { data block: [] }', 'IAP2001 block'],
    ['fixture f { data blocked: [] data blocked missing }', 'IAP4011 blocked'],
    ['fixture f { from "home" }', 'IAP4069 "home"'],
    ['fixture f { GTE "https://s.example/1" }', 'IAP4009 GTE'],
    ['fixture mia {}', 'IAP2002 mia'],
    ['fixture f { expect deny }', 'IAP1001 expect'],
    ['fixture f { from "::1" as anonymous }', 'IAP1020 as'],
    ['fixture f { as staff from "./none.json" }', 'IAP2057 "./none.json"'],
    ['fixture f { as staff from "../none.json" }', 'IAP2058 "../none.json"'],
    ['fixture f { as staff from "./data/people.yaml#/tom" }', 'IAP2058 "./data/people.yaml#/tom"'],
    ['fixture f { as staff from "./data/people.yaml#/blocked" }', 'IAP4086 [eve, tom]'],
    ['fixture f { as staff from "#/eve" }', 'IAP2058 "#/eve"'],
    ['fixture f { as staff from "./\\u0000.yaml" }', 'IAP2058 "./\\u0000.yaml"'],
    ['fixture f { data blocked from "./data/people.yaml#/blocked/length" }', 'IAP2058 "./data/people.yaml#/blocked/length"'],
  ])('%s', (text, ...expected) => expect(found(text)).toEqual(expected))

  it('in a document that cannot be read', () => {
    const { diagnostics } = check('fixture f { as staff from "./bad.json" }', { 'bad.json': '{ "sub": }' })
    expect(diagnostics.map(({ code, span }) => `${code} ${span.source.name}`)).toEqual(['IAP4080 bad.json'])
  })
})

describe('a value of a document', () => {
  const take = (lines: readonly string[], name: string) =>
    check(`fixture f { POST "https://s.example/1" body from "./values.yaml#/${name}" }`, { 'values.yaml': lines.join('\n') })
      .diagnostics.filter(({ severity }) => severity === 'error')
      .map(({ code, message }) => `${code} ${message}`)
  const doubling = (levels: number) => [
    'a0: &a0 1',
    ...Array.from({ length: levels }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]`),
  ]

  it('counts its aliases each time, so that a few lines cannot stand for billions', () => {
    // `a15` consists of 65,535 values, `a16` of 131,071.
    expect(take(doubling(60), 'a15')).toEqual([])
    for (const name of ['a16', 'a60'])
      expect(take(doubling(60), name)).toEqual([
        'IAP4086 a test cannot use this value of `values.yaml`: it consists of more than 100,000 values',
      ])
  })

  it('nests no deeper with aliases than without', () => {
    const nested = ['a0: &a0 1', ...Array.from({ length: 501 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]`)]
    expect(take(nested, 'a500')).toEqual([])
    expect(take(nested, 'a501')).toEqual([
      'IAP4086 a test cannot use this value of `values.yaml`: it nests deeper than 500 levels',
    ])
  })
})

it('a pointer to nothing is told how to write one, and a path how to write a path', () => {
  const help = (from: string) => check(`fixture f { as staff from "${from}" }`).diagnostics.map((one) => one.help)
  expect(help('./data/people.yaml#/tom')).toEqual([expect.stringMatching(/^write a JSON Pointer/)])
  expect(help('#/eve')).toEqual([expect.stringMatching(/^write a path/)])
})

it('a fixture that no test names is checked, and is no error', () => {
  expect(found('fixture f { as staff { sub: "f" } }')).toEqual([])
})
