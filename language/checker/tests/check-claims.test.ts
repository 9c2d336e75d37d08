import { describe, expect, it } from 'vitest'
import { applyFixes } from '../../diagnostics/apply-fixes.ts'
import { checkProject } from '../../project.ts'

const PRELUDE = `
identity staff via jwt {
  sub: string
  groups? from "cognito:groups": set<string>
  roles? from "realm" "roles": list<"admin" | "clerk">
  level?: int
  risk?: double
  active?: bool
  since?: timestamp
  home?: { city: string, zip?: string }
  limits?: map<string, int>
  nets?: list<cidr>
  scope?: set<string>
}
identity customer via jwt { scp?: set<Tier>, words? from "realm" "scope": list<Tier> }
type Tier = "gold" | "free"
identity member via jwt { sub: string, teams from "t:teams": set<string>, orgs from "o" "orgs": set<string> }
identity workload via mtls { team?: string }
service s at "s.example" { route r GET "/{id}" }
permit p on s.r to staff, customer, member, workload
`

function check(text: string) {
  return checkProject({ read: (name) => (name === 'main.iap' ? PRELUDE + text : null) }, ['main.iap']).diagnostics
}

function testAs(caller: string, expected = 'permit'): string {
  return `test "t" { as ${caller} GET "https://s.example/1" expect ${expected} }`
}

function found(text: string): string[] {
  return check(text).map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)
}

describe('claims of a test', () => {
  it.each([
    'staff { sub: "mia" }',
    'staff { sub: "mia", exp: 1, nested: { a: [] } }',
    'staff { sub: "mia", "cognito:groups": null, realm: null, level: null }',
    'staff { sub: "mia", groups: 7, realm: { other: 1 } }',
    'staff { sub: "mia", "cognito:groups": [], realm: { roles: ["admin", "admin"] } }',
    'staff { sub: "mia", level: 3.0, risk: 3, active: true }',
    'staff { sub: "mia", since: "2026-03-02T09:00:00Z" }',
    'staff { sub: "mia", since: 1700000000.25 }',
    'staff { sub: "mia", home: { city: "Rome", zip: null, more: 1 }, limits: { a: 1 }, nets: ["10.0.0.0/8"] }',
    'staff { sub: "mia", scope: "read write" }',
    'staff { sub: "mia", scope: ["read"] }',
    'customer { scp: "gold  free " }',
    'customer { scp: "", realm: { scope: "free" } }',
    'customer { scp: ["gold"] }',
    'workload { spiffe_id: "spiffe://shop.example/a" }',
    'workload { spiffe_id: "spiffe://shop.example/a", dns_names: ["a.example"], path: 7 }',
  ])('fit: %s', (caller) => expect(found(testAs(caller))).toEqual([]))

  it.each([
    ['staff { sub: 7 }', 'IAP4015 7'],
    ['staff { sub: null }', 'IAP4015 null'],
    ['staff {}', 'IAP4016 {}'],
    ['staff { sbu: "mia" }', 'IAP4016 sbu'],
    ['staff { sub: "mia", level: "3" }', 'IAP4015 "3"'],
    ['staff { sub: "mia", level: 3.5 }', 'IAP4015 3.5'],
    ['staff { sub: "mia", level: 9007199254740992.0 }', 'IAP4015 9007199254740992.0'],
    ['staff { sub: "mia", active: "true" }', 'IAP4015 "true"'],
    ['staff { sub: "mia", since: "today" }', 'IAP4015 "today"'],
    ['staff { sub: "mia", since: 1e15 }', 'IAP4015 1e15'],
    ['staff { sub: "mia", "cognito:groups": "a b" }', 'IAP4015 "a b"'],
    ['staff { sub: "mia", "cognito:groups": [1, null] }', 'IAP4015 1', 'IAP4015 null'],
    ['staff { sub: "mia", scope: ["a", 1] }', 'IAP4015 1'],
    ['staff { sub: "mia", realm: ["admin"] }', 'IAP4015 ["admin"]'],
    ['staff { sub: "mia", realm: { roles: ["Admin"] } }', 'IAP4015 "Admin"'],
    ['staff { sub: "mia", home: "Rome" }', 'IAP4015 "Rome"'],
    ['staff { sub: "mia", home: { zip: "00100" } }', 'IAP4016 { zip: "00100" }'],
    ['staff { sub: "mia", home: { cty: "Rome" } }', 'IAP4016 cty'],
    ['staff { sub: "mia", limits: { a: "1" } }', 'IAP4015 "1"'],
    ['staff { sub: "mia", limits: [] }', 'IAP4015 []'],
    ['staff { sub: "mia", nets: ["10.0.0.0"] }', 'IAP4015 "10.0.0.0"'],
    ['customer { scp: "gold bogus" }', 'IAP4015 "gold bogus"'],
    ['customer { scp: "gold\\tfree" }', 'IAP4015 "gold\\tfree"'],
    ['customer { realm: { scope: "Gold" } }', 'IAP4015 "Gold"'],
    ['customer { scp: ["gold free"] }', 'IAP4015 "gold free"'],
    ['member { sub: "mia", teams: [], o: { orgs: [] } }', 'IAP4016 teams'],
    ['member { sub: "mia", "t:teams": [], orgs: [] }', 'IAP4016 orgs'],
    ['workload {}', 'IAP4016 {}'],
    ['workload { spiffe_id: "shop/a" }', 'IAP4015 "shop/a"'],
    ['workload { spiffe_id: "spiffe://shop/a/.." }', 'IAP4015 "spiffe://shop/a/.."'],
    ['workload { spiffe_id: "spiffe://shop/a", dns_names: "a" }', 'IAP4015 "a"'],
  ])('do not fit: %s', (caller, ...expected) => expect(found(testAs(caller))).toEqual(expected))

  it('may not fit in a test that expects a refusal', () => {
    expect(found(testAs('staff { sub: 7 }', 'reject 401'))).toEqual([])
  })

  it('are read with the values of each row, and reported once', () => {
    const text = `test "t" {
      as staff { sub: $sub, level: "3" }
      GET "https://s.example/1"
      expect $effect
      cases {
        "one": { sub: "mia", effect: "permit" }
        "two": { sub: 2, effect: "permit" }
        "three": { sub: 3, effect: "reject" }
      }
    }`
    expect(found(text).sort()).toEqual(['IAP4015 "3"', 'IAP4015 2'])
  })

  it('of a fixture are read once, whether a test names it or not', () => {
    const fixture = 'fixture five { as staff { sub: 5 } }\n'
    const named = (name: string, effect: string) => `test "${name}" { given five GET "https://s.example/1" expect ${effect} }\n`
    expect(found(fixture)).toEqual(['IAP4015 5'])
    expect(found(fixture + named('a', 'permit') + named('b', 'deny'))).toEqual(['IAP4015 5'])
    expect(found(fixture + named('a', 'reject 401'))).toEqual([])
    expect(found(fixture + named('a', 'reject 401') + named('b', 'deny'))).toEqual(['IAP4015 5'])
    expect(found('fixture many { as staff {} }\nfixture good { as staff { sub: "mia" } }')).toEqual(['IAP4016 {}'])
  })

  it('of a fixture are not read beside unreadable text, which may name it', () => {
    const text = 'fixture five { as staff { sub: 5 } }\nchecks "a" { given five GET "https://s.example/1" expect reject 401 }'
    expect(found(text).join()).not.toContain('IAP4015')
  })

  it('say which words a scope may have', () => {
    const [only] = check(testAs('customer { scp: "gold bogus" }'))
    expect(only?.message).toBe(
      'expected words of `"free" | "gold"` with spaces between them for the claim `scp` of `customer`, but found `"gold bogus"`',
    )
  })

  it('say what is missing, and what to add', () => {
    const [only] = check(testAs('member {}'))
    expect(only?.message).toBe('these claims lack `sub`, `teams`, `orgs`, which `member` requires')
    expect(only?.help).toContain('add `sub: "…", "t:teams": ["…"], o: { orgs: ["…"] }`')
  })

  it('are not read after a mistake in them', () => {
    expect(found(testAs('staff { sub: , level: 1 }'))).toEqual(['IAP1001 ,'])
    expect(
      check('identity broken via jwt { a: strin }\ntest "t" { as broken { a: 1 } GET "https://s.example/1" expect deny }'),
    ).toMatchObject([{ code: 'IAP3001' }])
  })

  it.each([
    ['staff { sbu: "mia" }', 'staff { sub: "mia" }'],
    ['staff { sub: 7 }', 'staff { sub: "7" }'],
    ['staff { sub: "mia", level: "-3" }', 'staff { sub: "mia", level: -3 }'],
    ['staff { sub: "mia", risk: "0.5" }', 'staff { sub: "mia", risk: 0.5 }'],
    ['staff { sub: "mia", active: "false" }', 'staff { sub: "mia", active: false }'],
    ['staff { sub: "mia", "cognito:groups": "a" }', 'staff { sub: "mia", "cognito:groups": ["a"] }'],
    ['staff { sub: "mia", realm: { roles: ["Admin"] } }', 'staff { sub: "mia", realm: { roles: ["admin"] } }'],
    ['member { sub: "mia", teams: [], o: { orgs: [] } }', 'member { sub: "mia", "t:teams": [], o: { orgs: [] } }'],
    ['workload { spiffe_ids: "spiffe://shop/a" }', 'workload { spiffe_id: "spiffe://shop/a" }'],
  ])('%s becomes %s', (before, after) => {
    const { texts } = applyFixes(check(testAs(before)), () => true)
    expect(texts.get('main.iap')).toBe(PRELUDE + testAs(after))
    expect(found(testAs(after))).toEqual([])
  })

  it.each([
    ['staff { sub: "mia", level: "3.5" }', 'staff { sub: "mia", level: 1 }'],
    ['staff { sub: "mia", level: "many" }', 'staff { sub: "mia", level: 1 }'],
    ['staff { sub: [] }', 'staff { sub: "…" }'],
    ['staff {}', 'staff { sub: "…" }'],
    ['member { "t:teams": [] }', 'member { "t:teams": [], sub: "…", o: { orgs: ["…"] } }'],
    ['member { sub: "mia", "t:teams": [], o: {} }', 'member { sub: "mia", "t:teams": [], o: { orgs: ["…"] } }'],
    ['staff { sub: "mia", home: {} }', 'staff { sub: "mia", home: { city: "…" } }'],
  ])('%s, whose meaning is uncertain, has a fix with placeholders that `--fix` does not apply', (before, after) => {
    const diagnostics = check(testAs(before))
    const [only] = diagnostics.flatMap(({ fixes }) => fixes)
    expect(only?.hasPlaceholders).toBe(true)
    expect(applyFixes(diagnostics, () => true).texts.size).toBe(0)
    const chosen = diagnostics.map((one) => ({
      ...one,
      fixes: one.fixes.map(({ title, edits }) => ({ title, edits })),
    }))
    expect(applyFixes(chosen, () => true).texts.get('main.iap')).toBe(PRELUDE + testAs(after))
    expect(found(testAs(after))).toEqual([])
  })
})
