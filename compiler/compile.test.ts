/** Whole policies, from text to decisions. What single expressions mean is tested in `passes/equivalence.test.ts`. */
import { describe, expect, test } from 'vitest'
import { checkProject } from '../language/index.ts'
import { compile, passes } from './index.ts'
import { ask, modelOf, moduleOf, type Question } from './testing/compile-text.ts'

const SIGN_IN = `
identity staff via jwt { sub: string, groups: set<string>, level?: int }
identity partner via jwt { sub: string, scope: set<string> }
role support of staff when "support" in caller.groups
role anybody of staff, partner
role chief of staff when caller is support && has(caller.level) && caller.level > 3
`
const STAFF = (claims: object = {}): Question['as'] => ['staff', { sub: 'ann', groups: [], ...claims }]
const PARTNER: Question['as'] = ['partner', { sub: 'bob', scope: 'read write' }]

/** The decision in words, from every set of passes: `deny r1 r2 (reason) r3!`, an error with its mark. */
function decisions(text: string, questions: readonly Question[]): readonly string[] {
  const sets = [passes, [], ...passes.map((pass) => [pass])]
  const [first, ...others] = sets.map((some) => {
    const module = moduleOf(text, { passes: some })
    return questions.map((question) => {
      const { effect, rules, reason, errors } = ask(module, question)
      const erred = errors.map(({ rule }) => ` ${rule}!`).join('')
      return `${[effect, ...rules].join(' ')}${reason === null ? '' : ` (${reason})`}${erred}`
    })
  })
  for (const other of others) expect(other).toEqual(first)
  return first ?? []
}

test('permits: who, and conditions', () => {
  const text = `${SIGN_IN}
  service s at "h.test" { route open GET "/open" route read GET "/read/{id: int}" route never GET "/never" }
  permit all_open on s.open to anyone
  permit support_reads on s.read to support when params.id < 10
  permit partner_reads on s.read to partner when "read" in caller.scope unless params.id == 3
  permit chief_reads on s.read to chief`
  const as = [undefined, STAFF(), STAFF({ groups: ['support'] }), STAFF({ groups: ['support'], level: 4 }), PARTNER]
  const ask = (path: string) =>
    decisions(
      text,
      as.map((one) => ({ path, as: one })),
    )
  expect(ask('/open')).toEqual(Array(5).fill('permit all_open'))
  expect(ask('/read/3')).toEqual([
    'unauthenticated',
    'deny (default)',
    'permit support_reads',
    'permit chief_reads support_reads',
    'deny (default)',
  ])
  expect(ask('/read/12')).toEqual([
    'unauthenticated',
    'deny (default)',
    'deny (default)',
    'permit chief_reads',
    'permit partner_reads',
  ])
  expect(ask('/never')).toEqual(Array(5).fill('deny (default)'))
})

describe('forbids', () => {
  const base = `${SIGN_IN}
  service s at "h.test" { route inner GET "/in/{id: int}" route out GET "/out/{id: int}" }
  permit inner on s.inner to staff, partner
  permit out on s.out to anyone`

  test('reason and rules are of all that hold, by name; an error holds', () => {
    const text = `${base}
    forbid b on * when params.id > 1 because "B"
    forbid a on * when params.id > 2
    forbid c on * when params.id + 9007199254740991 > 0 because "C"`
    expect(
      decisions(
        text,
        [0, 1, 2, 3].map((id) => ({ path: `/in/${id}`, as: PARTNER })),
      ),
    ).toEqual(['deny c (C)', 'deny c (C) c!', 'deny b c (B) c!', 'deny a b c c!'])
  })

  test('an anonymous caller: a personal forbid asks to sign in where a permit names somebody, others deny', () => {
    const text = `${base}
    forbid personal on * unless caller is staff because "Staff only."
    forbid named on * to authenticated when params.id == 0
    forbid plain on * when params.id == 2 because "Two."`
    const anonymous = (path: string) => decisions(text, [{ path }])[0]
    expect(anonymous('/in/1')).toBe('unauthenticated personal')
    expect(anonymous('/out/1')).toBe('deny personal (Staff only.)')
    expect(anonymous('/in/2')).toBe('deny plain (Two.)')
    const known = (path: string, as: Question['as']) => decisions(text, [{ path, as }])[0]
    expect(known('/in/0', STAFF())).toBe('deny named')
    expect(known('/in/2', PARTNER)).toBe('deny personal plain (Staff only.)')
    expect(known('/in/1', STAFF())).toBe('permit inner')
  })

  test('one that reads a field of the caller behind a guard never reads it of nobody', () => {
    const text = `${base}
    forbid f on * when caller is staff && has(caller.level) && caller.level + 1 > 3
    forbid g on * when caller is staff ? caller.sub == "eve" : params.id == 7`
    expect(decisions(text, [{ path: '/out/1' }, { path: '/out/7' }])).toEqual(['permit out', 'deny g'])
    expect(decisions(text, [{ path: '/in/1', as: STAFF({ level: 9007199254740991 }) }])).toEqual(['deny f f!'])
    expect(decisions(text, [{ path: '/in/1', as: STAFF({ sub: 'eve', level: 1 }) }])).toEqual(['deny g'])
  })
})

test('a permit that errs does not permit, and absorption settles both sides', () => {
  const text = `${SIGN_IN}
  service s at "h.test" { route r GET "/{a: int}/{b: int}" }
  permit sum on s.r to anyone when params.a + params.b > 0
  permit either on s.r to anyone when params.a + params.b > 0 || params.b == 1
  permit both on s.r to anyone when params.a + params.b > 0 when params.b == 2`
  const max = Number.MAX_SAFE_INTEGER
  expect(decisions(text, [{ path: `/${max}/1` }, { path: `/${max}/2` }, { path: `/${max}/-1` }])).toEqual(
    ['permit either sum!', 'deny (default) both! either! sum!', 'permit either sum'].map((line, at) => (at === 1 ? line : line)),
  )
})

test('what several routes share is read where it is there', () => {
  const text = `${SIGN_IN}
  service s at "{tenant}.test" { route one GET "/one/{id}" route two GET "/two" }
  permit p on s.* to anyone when has(params.id) && params.id == "7" && params.tenant != "x"
  permit q on s.* to anyone when !has(params.id) || params.id.startsWith("8")`
  const ask = (path: string, host = 'h.test') => decisions(text, [{ path, host }])[0]
  expect(ask('/one/7')).toBe('permit p')
  expect(ask('/one/7', 'x.test')).toBe('deny (default)')
  expect(ask('/one/88')).toBe('permit q')
  expect(ask('/two')).toBe('permit q')
})

test('headers, request fields and addresses', () => {
  const text = `
  service s at "h.test" { route r ANY "/{rest...}" }
  permit h on s.r to anyone when "x-a" in request.headers && request.headers["x-a"] == "1"
  permit m on s.r to anyone when request.method == "PUT" && request.path.startsWith("/a/") && request.host == "h.test"`
  const module = moduleOf(text)
  expect(module.routes[0]?.headers).toEqual(['x-a'])
  expect(decisions(text, [{ path: '/' }, { path: '/', headers: { 'x-a': '1' } }, { path: '/a/b', method: 'PUT' }])).toEqual([
    'deny (default)',
    'permit h',
    'permit m',
  ])
})

test('more than 31 roles', () => {
  const roles = Array.from({ length: 70 }, (_, at) => `role r${at} of staff when "${at}" in caller.groups`)
  const text = `identity staff via jwt { groups: set<string> }\n${roles.join('\n')}
  service s at "h.test" { route r GET "/" }
  permit few on s.r to r0, r30, r31, r69
  permit one on s.r to staff when caller is r12 || caller is r66`
  const as = (group: string): Question => ({ path: '/', as: ['staff', { groups: [group] }] })
  expect(decisions(text, ['0', '1', '30', '31', '32', '69', '12', '66'].map(as))).toEqual([
    'permit few',
    'deny (default)',
    'permit few',
    'permit few',
    'deny (default)',
    'permit few',
    'permit one',
    'permit one',
  ])
})

test('records, maps, foreign names and certificates', () => {
  const text = `
  identity staff via jwt { roles from "realm_access" "roles": list<string>, home?: { city: string, zip?: int }, m: map<string, list<int>> }
  identity workload via mtls
  service s at "h.test" { route r GET "/{k}" }
  permit home on s.r to staff when has(caller.home) && has(caller.home.zip) && caller.home.zip == 7 && caller.home.city == "x"
  permit listed on s.r to staff when params.k in caller.m && 3 in caller.m[params.k]
  permit roles on s.r to staff when caller.roles == ["a"] + ["b"]
  permit mesh on s.r to workload when caller.path == "/ns/x" && caller.trust_domain == "t" && size(caller.dns_names) == 0`
  const staff = (claims: object): Question => ({
    path: '/__proto__',
    as: ['staff', { realm_access: { roles: [] }, m: {}, ...claims }],
  })
  expect(
    decisions(text, [
      staff({}),
      staff({ home: { city: 'x', zip: 7, other: 1 } }),
      staff({ home: { city: 'x', zip: null } }),
      staff({ m: JSON.parse('{"__proto__":[3]}') }),
      staff({ realm_access: { roles: ['a', 'b'] } }),
      { path: '/a', as: ['workload', { spiffe_id: 'spiffe://t/ns/x' }] },
    ]),
  ).toEqual(['deny (default)', 'permit home', 'deny (default)', 'permit listed', 'permit roles', 'permit mesh'])
})

test('the order of files does not show, and their names in no more than the places of clauses', () => {
  const who = 'identity staff via jwt { sub: string }\nrole r of staff when caller.sub == "a"'
  const what = (from: string) => `import { r } from "${from}"\nservice s at "h.test" { route r GET "/" }`
  const one = modelOf({
    'a.iap': who,
    'b.iap': `${what('./a.iap')}\npermit x on s.r to r\nforbid y on s.r when request.method == "GET"`,
  })
  const two = modelOf({
    'z.iap': `${what('./y.iap')}\nforbid y on s.r when request.method == "GET"\npermit x on s.r to r`,
    'y.iap': who,
  })
  const placeless = ({ policy, sourceMap, ...rest }: ReturnType<typeof compile>) => ({
    ...rest,
    policy: policy.replaceAll(/written: \['(?:b|z)\.iap', 'when \d:22-\d:45'\]/g, 'written: …'),
  })
  expect(placeless(compile(two))).toEqual(placeless(compile(one)))
})

test.each([
  ['', []],
  [
    'identity b via jwt, mtls { sub: string }\nidentity a via oidc, jwt { sub: string }',
    ['identity:jwt', 'identity:mtls', 'identity:oidc'],
  ],
  ['data d: set<string>', ['data']],
  ['service t at "t.test" { route q GET "/" query { a?: int } }', ['query']],
  ['service t at "t.test" { route q POST "/" body { a?: int } }', ['body']],
  ['service t at "t.test" { rpc q "a.B/C" }', ['rpc']],
  ['permit p on s.r to anyone limit 1 per 1m', ['limit']],
  ['permit p on s.r to anyone header "x-a" = "a"', ['header']],
  ['permit p on s.r to anyone require mfa', ['requirement']],
  ['forbid f on s.r unless auth within 1m', ['requirement']],
  ['forbid f on s.r unless has(connection.mtls)', ['mtls']],
  ['shadow forbid f on s.r when request.host == "a"', ['shadow']],
] as const)('what a runtime must have: %s', (text, needs) => {
  expect(compile(modelOf(`${text}\nservice s at "h.test" { route r GET "/" }`)).needs).toEqual(needs)
})

test('what many routes have in common stands once, with some of them named above it', () => {
  const routes = Array.from({ length: 6 }, (_, at) => `route r${at} GET "/r${at}"`).join('\n')
  const { policy } = compile(modelOf(`${SIGN_IN}\nservice s at "h.test" {\n${routes}\n}\npermit all on s.* to support`))
  expect(policy.match(/^function decide\$.*$/gm)).toEqual(['function decide$s$r0(facts, request) {'])
  expect(policy).toContain(`// s.r0: GET, HEAD /r0
// s.r1: GET, HEAD /r1
// s.r2: GET, HEAD /r2
// s.r3: GET, HEAD /r3
// and 2 more
function decide$s$r0(`)
  expect(policy.match(/decide: decide\$s\$r0,/g)).toHaveLength(6)
  expect(policy.match(/trace: trace\$s\$r0,/g)).toHaveLength(6)
})

test('fixtures and the documents that they name are no part of what is compiled', () => {
  const policy = `${SIGN_IN}\ndata blocked: set<string>
service s at "h.test" { route r GET "/r" }
permit p on s.r to staff when !(caller.sub in blocked)`
  const tested = `${policy}
fixture ann { as staff from "./ann.json" }
fixture some_blocked { data blocked: ["secret-fixture"] }
test "t" { given ann, some_blocked GET "https://h.test/r" expect permit }`
  const document = '{ "sub": "secret-fixture", "groups": [] }'
  const { result } = checkProject({ read: (name) => ({ 'ann.json': document, 'policy.iap': tested })[name] ?? null }, [
    'policy.iap',
  ])
  if (result === null) throw new Error('the policy does not check')
  const withFixtures = compile(result)
  const without = compile(modelOf(policy))
  expect(withFixtures.policy).toBe(without.policy)
  expect(withFixtures.schemas).toEqual(without.schemas)
})
