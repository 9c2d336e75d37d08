import { describe, expect, it } from 'vitest'
import { checkProject } from '../project.ts'

/** Each line: what is wrong (`rest` after the prelude), the code, and the text that the span covers. */
const PRELUDE = `
type Address = { city: string, zip?: string }
identity staff via jwt {
  sub: string
  groups: set<string>
  level?: int
  tier: "gold" | "plain"
  home: Address
  limits: map<string, int>
  score: double
}
identity partner via oauth2 { sub: string, client_id: string, level: string }
identity workload via mtls
role support of staff when "support" in caller.groups
role everyone of staff, partner
label pii
service orders at "orders.shop.example" {
  route list GET "/orders" is pii
  route read GET "/orders/{id}" is pii
  route line GET "/orders/{id}/{line: int}"
}
`

function check(text: string, prelude = PRELUDE) {
  return checkProject({ read: (name) => (name === 'main.iap' ? prelude + text : null) }, ['main.iap'])
}

function found(text: string, prelude = PRELUDE): string[] {
  return check(text, prelude).diagnostics.map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)
}

/** A permit to staff on `orders.read` under a condition. */
function when(condition: string): string {
  return `permit p on orders.read to staff when ${condition}`
}

describe('conditions that are accepted', () => {
  it.each([
    'true',
    'caller.sub == "a"',
    'caller.tier == "gold"',
    'caller.tier in ["gold", "plain"]',
    '"a" in caller.groups && "b" in caller.groups',
    'caller.groups == ["a", "b"]',
    '["a"] == caller.groups',
    'caller.groups == []',
    'has(caller.level) && caller.level >= 3',
    '!has(caller.level) || caller.level >= 3',
    '!(!has(caller.level)) && caller.level >= 3',
    'has(caller.level) ? caller.level > 3 : false',
    '(has(caller.level) && caller.level > 1) || (has(caller.level) && caller.level < 0)',
    '(has(caller.level) && caller.sub == "a" || has(caller.level)) && caller.level > 3',
    'has(caller.home.zip) && caller.home.zip.startsWith("1")',
    '"a" in caller.limits && caller.limits["a"] > 3',
    'caller.sub in caller.limits && caller.limits[caller.sub] > 3',
    'caller.sub.lowerAscii() in caller.limits && caller.limits[caller.sub.lowerAscii()] > 3',
    '"x-tenant" in request.headers && request.headers["x-tenant"] == params.id',
    'request.path.startsWith("/orders/") && request.method == "GET" && request.host.endsWith(".example")',
    'size(caller.groups) > 2 && caller.groups.size() < 5 && size(caller.sub) == 3 && size(caller.limits) == 0',
    'caller.score + 1.0 - 0.5 > -3.5',
    'caller.sub + "x" == "ax"',
    'size(["a"] + ["b"]) == 2',
    'caller is staff && caller is support',
    'caller is everyone',
    'caller is authenticated',
    '(caller.score > 1.0 ? "gold" : "plain") == caller.tier',
    '1 + 2 == 3 && 0x10 == 16',
  ])('%s', (condition) => {
    expect(found(when(condition))).toEqual([])
  })

  it.each([
    // Guards of one clause narrow the next; an `unless` narrows by being false.
    'permit p on orders.read to staff when has(caller.level) when caller.level > 3',
    'permit p on orders.read to staff unless !has(caller.level) when caller.level > 3',
    // Without `to` a forbid meets everybody.
    'forbid f on * when caller is staff && caller.tier == "gold"',
    'forbid f on * when caller is anonymous',
    'permit p on * to staff, partner when caller.sub == "a"',
    'permit p on * to staff, partner when caller is partner && caller.client_id == "a"',
    'permit p on * to workload when caller.path == "/ns/x" && "a" in caller.dns_names',
    // A parameter that only some of the routes have.
    'permit p on orders.* to staff when has(params.line) && params.line > 3',
    'permit p on orders.* except orders.list to staff when params.id == "1"',
  ])('%s', (rule) => {
    expect(found(rule)).toEqual([])
  })
})

describe('conditions that are refused, each for one reason', () => {
  it.each([
    ['caller.nme == "a"', 'IAP3018 nme'],
    ['caller.level >= 3', 'IAP3023 caller.level'],
    ['caller.level >= 3 && has(caller.level)', 'IAP3023 caller.level'],
    ['has(caller.level) || caller.level >= 3', 'IAP3023 caller.level'],
    ['!has(caller.level) && caller.level >= 3', 'IAP3023 caller.level'],
    ['has(caller.level) ? true : caller.level > 3', 'IAP3023 caller.level'],
    ['(has(caller.level) || caller.sub == "a") && caller.level > 3', 'IAP3023 caller.level'],
    ['caller.home.zip == "1"', 'IAP3023 caller.home.zip'],
    ['caller.home.street == "1"', 'IAP3018 street'],
    ['caller.limits["a"] > 3', 'IAP3024 caller.limits["a"]'],
    ['"b" in caller.limits && caller.limits["a"] > 3', 'IAP3024 caller.limits["a"]'],
    ['caller.groups["a"] == "a"', 'IAP3025 caller.groups["a"]'],
    ['3 in caller.limits', 'IAP3007 3 in caller.limits'],
    ['caller.sub', 'IAP3006 caller.sub'],
    ['caller.sub && true', 'IAP3006 caller.sub'],
    ['!caller.sub', 'IAP3006 caller.sub'],
    ['caller.sub == 3', 'IAP3007 caller.sub == 3'],
    ['caller.score == 3', 'IAP3007 caller.score == 3'],
    ['caller.score > 3', 'IAP3007 caller.score > 3'],
    ['caller.score + 3 > 1.0', 'IAP3007 caller.score + 3'],
    ['caller.tier == "silver"', 'IAP3008 caller.tier == "silver"'],
    ['caller.tier in ["silver", "bronze"]', 'IAP3008 caller.tier in ["silver", "bronze"]'],
    ['"a" == "b"', 'IAP3008 "a" == "b"'],
    ['caller.home == caller.home', 'IAP3009 caller.home == caller.home'],
    ['caller.groups < caller.groups', 'IAP3010 caller.groups < caller.groups'],
    ['"a" in caller.sub', 'IAP3011 caller.sub'],
    ['caller.groups + caller.groups == caller.groups', 'IAP3012 caller.groups + caller.groups'],
    ['caller.sub - "a" == "a"', 'IAP3012 caller.sub - "a"'],
    ['-caller.sub == "a"', 'IAP3012 -caller.sub'],
    ['(true ? 1 : "a") == 1', 'IAP3013 true ? 1 : "a"'],
    ['caller.sub in ["a", 1]', 'IAP3014 1'],
    ['size([]) == 0', 'IAP3015 []'],
    ['sub == "a"', 'IAP3016 sub'],
    ['support', 'IAP3016 support'],
    ['source.ip == "10.0.0.1"', 'IAP3007 source.ip == "10.0.0.1"'],
    ['request.time > 3', 'IAP3007 request.time > 3'],
    ['request.body == "a"', 'IAP3018 body'],
    ['caller.sub.length() == 3', 'IAP3033 length'],
    ['caller.sub.startswith("a")', 'IAP3033 startswith'],
    ['startsWith(caller.sub, "a")', 'IAP3033 startsWith'],
    ['caller.sub.startsWith("a", "b")', 'IAP3034 startsWith'],
    ['size() == 1', 'IAP3034 size'],
    ['caller.sub.startsWith(3)', 'IAP3035 3'],
    ['caller.groups.startsWith("a")', 'IAP3036 caller.groups'],
    ['size(3) == 3', 'IAP3035 3'],
    ['request.headers == request.headers', 'IAP3027 request.headers', 'IAP3027 request.headers'],
    ['size(request.headers) == 3', 'IAP3027 request.headers'],
    ['request.headers["x-a"] == "a"', 'IAP3024 request.headers["x-a"]'],
    ['"X-A" in request.headers', 'IAP3028 "X-A"'],
    ['"authorization" in request.headers', 'IAP3028 "authorization"'],
    ['"x-iap-assertion" in request.headers', 'IAP3028 "x-iap-assertion"'],
    ['caller.sub in request.headers', 'IAP3028 caller.sub'],
    ['has(caller)', 'IAP3029 caller'],
    ['has(caller.limits["a"])', 'IAP3029 caller.limits["a"]'],
    ['caller.sub is staff', 'IAP3030 caller.sub'],
    ['caller is partner', 'IAP3031 caller is partner'],
    ['caller is anonymous', 'IAP3031 caller is anonymous'],
    ['caller is nobody', 'IAP2008 nobody'],
    ['caller is pii', 'IAP2008 pii'],
    ['params.nr == "1"', 'IAP3018 nr'],
  ])('%s', (condition, ...expected) => {
    expect(found(when(condition))).toEqual(expected)
  })

  it.each([
    ['forbid f on * when caller.sub == "a"', 'IAP3020 caller.sub'],
    ['permit p on * to anyone when caller.sub == "a"', 'IAP3020 caller.sub'],
    ['permit p on * to authenticated when caller.sub == "a"', 'IAP3021 caller.sub'],
    ['permit p on * to staff, partner when caller.client_id == "a"', 'IAP3021 caller.client_id'],
    ['permit p on * to staff, partner when caller.level == "a"', 'IAP3022 caller.level'],
    ['permit p on orders.* to staff when params.id == "1"', 'IAP3023 params.id'],
    ['role r of staff when request.path == "/"', 'IAP3037 request'],
    ['role r of staff when has(caller.level) && caller.level + 1 > 3', 'IAP3038 caller.level + 1'],
    ['role r of staff, partner when caller.client_id == "a"', 'IAP3021 caller.client_id'],
  ])('%s', (rule, ...expected) => {
    expect(found(rule)).toEqual(expected)
  })
})

describe('declarations that are refused, each for one reason', () => {
  it.each([
    ['label pii', 'IAP2002 pii'],
    ['role pii of staff', 'IAP2002 pii'],
    ['label anyone', 'IAP2003 anyone'],
    ['label __x', 'IAP2003 __x'],
    ['identity x via jwt { __proto__: string }', 'IAP2003 __proto__'],
    ['identity x via jtw', 'IAP2010 jtw'],
    ['identity x via jwt, jwt', 'IAP4011 jwt'],
    ['identity x via mtls { path: string }', 'IAP4010 path'],
    ['identity x via jwt { a: string, a: int }', 'IAP3005 a'],
    ['identity x via jwt { a from "x": string, b from "x" "y": int }', 'IAP4014 b from "x" "y": int'],
    ['identity x via jwt { a: strin }', 'IAP3001 strin'],
    ['identity x via jwt { a: hierarchy }', 'IAP4050 hierarchy'],
    ['identity x via jwt { a: list }', 'IAP3003 list'],
    ['identity x via jwt { a: list<string, int> }', 'IAP3003 list'],
    ['identity x via jwt { a: map<int, string> }', 'IAP3003 map<int, string>'],
    ['identity x via jwt { a: set<list<string>> }', 'IAP3003 set<list<string>>'],
    ['type T = { a: strin }\nidentity x via jwt { a: T, b: T }', 'IAP3001 strin'],
    ['type T = list<U>\ntype U = { t: T }', 'IAP3004 T'],
    ['role r of nobody', 'IAP2001 nobody'],
    ['role r of pii', 'IAP2001 pii'],
    ['role a of staff when caller is b\nrole b of staff when caller is a', 'IAP4012 a'],
    ['permit p on orders.red to staff', 'IAP2009 red'],
    ['permit p on ordres.read to staff', 'IAP2001 ordres'],
    ['permit p on label pi to staff', 'IAP2001 pi'],
    ['permit p on orders.read to stuff when caller.sub == "a"', 'IAP2008 stuff'],
    ['permit p on orders.read', 'IAP4001 p'],
    ['permit p on orders.read except orders.* to staff', 'IAP4002 p'],
    ['service s at "S.example" { route r GET "/" }', 'IAP4004 "S.example"'],
    ['service s at "{a}.x.example", "*.y.example" { route r GET "/" }', 'IAP4005 s'],
    ['service s at "{a}.x.example" { route r GET "/{a}" }', 'IAP4006 "/{a}"'],
    ['service s at "s.example" { route r GET "/" route r GET "/a" }', 'IAP4007 r'],
    ['service s at "s.example" { route r GET "a" }', 'IAP4003 "a"'],
    ['service s at "s.example" { route r TRACE "/" }', 'IAP4009 TRACE'],
    ['service s at "s.example" { route r "TRACE" "/" }', 'IAP4009 "TRACE"'],
    ['service s at "s.example" { route r DELET "/" }', 'IAP4009 DELET'],
    ['service s at "s.example" { route r "get" "/" }', 'IAP1012 "get"'],
    ['service s at "s.example" { route r "M_SEARCH" "/" }', 'IAP1012 "M_SEARCH"'],
    ['service s at "s.example" { route r "1" "/" }', 'IAP1012 "1"'],
    ['service s at "s.example" { route r ANY, GET "/" }', 'IAP4009 ANY'],
    ['service s at "s.example" { route r GET, GET "/" }', 'IAP4011 GET'],
    ['service s at "s.example" { route r GET "/" is pi }', 'IAP2001 pi'],
    ['service s at "s.example" { route a GET "/{x}/b" route b GET "/a/{y}" }', 'IAP4008 "/a/{y}"'],
    ['service s at "s.example" { route a GET "/{x}" route b HEAD "/{y}" }', 'IAP4008 "/{y}"'],
    ['service s at "orders.shop.example" { route a GET "/orders" }', 'IAP4008 "/orders"'],
    ['service s at "*.x.example" { route a GET "/" }\nservice t at "{t}.x.example" { route b GET "/" }', 'IAP4008 "/"'],
    [
      'service s at "a.example", "b.example" { route a GET "/" }\nservice t at "b.example", "a.example" { route b ANY "/{r...}" route c GET "/" }',
      'IAP4008 "/"',
    ],
    ['test "t" { as nobody {} GET "https://x/" expect permit }', 'IAP2001 nobody'],
    ['test "t" { GET "https://x/" at timestamp("2026-02-30T00:00:00Z") expect permit }', 'IAP4013 "2026-02-30T00:00:00Z"'],
    ['test "t" { GET "https://x/" expect permit by nothing }', 'IAP2011 nothing'],
  ])('%s', (declaration, ...expected) => {
    expect(found(declaration)).toEqual(expected)
  })
})

describe('declarations that are accepted', () => {
  it.each([
    'service s at "s.example" { route a GET "/{x}" route b POST "/{y}" route c ANY "/{z}" }',
    'service s at "s.example" { route a GET "/{x}" route b GET "/{y: int}" route c GET "/7" route d GET "/{r...}" }',
    'service s at "*.shop.example" { route a GET "/orders" }',
    'service s at "orders.shop.example" { route a GET "/orders/{x: int}" route b ANY "/{r...}" route c POST "/orders" }',
    'service s at "s.example" { route a GET "/v{n: int}" route b GET "/v{n}.json" }',
    'service s at "{tenant}.x.example" is pii { route a GET "/{id}" }\npermit p on s.a to staff when params.tenant == params.id',
    'service s at "s.example" { route a PUT, "VERSION-CONTROL" "/" }',
    'role a of staff when caller is support && caller.tier == "gold"',
    'type A = { b: B }\ntype B = list<int>\nidentity x via jwt { a: A }',
    'identity type via jwt { role: string, label: string, permit: string }\npermit when on orders.read to type when caller.role == caller.label',
  ])('%s', (declaration) => {
    expect(found(declaration)).toEqual([])
  })
})

describe('the model', () => {
  it('orders roles so that each comes after those it asks for', () => {
    const { result } = check('role a of staff when caller is z\nrole z of staff when caller is m\nrole m of staff')
    const names = result?.roles.map((role) => role.name)
    expect(names).toEqual(['m', 'z', 'a', 'everyone', 'support'])
    expect(result?.roles.every((role, at) => role.index === at)).toBe(true)
  })

  it('tells on which operands another relies', () => {
    const { result } = check(when('caller.sub == "a" && has(caller.level) && caller.level > 3'))
    const condition = result?.rules[0]?.conditions[0]?.expression
    if (condition?.kind !== 'Chain' || result == null) throw new Error('expected a chain')
    const [first, guard, read] = condition.operands
    if (first === undefined || guard === undefined || read === undefined) throw new Error('expected three operands')
    expect(result.guardsOf(read)).toEqual([guard])
    expect(result.guardsOf(guard)).toEqual([])
    expect(result.guardsOf(first)).toEqual([])
  })

  it('tells on which clauses another relies', () => {
    const { result } = check(
      'permit p on orders.read to staff when has(caller.level) when caller.sub == "a" unless caller.level < 3',
    )
    const conditions = result?.rules[0]?.conditions.map(({ expression }) => expression) ?? []
    expect(conditions.map((one) => result?.guardsOf(one).map((guard) => conditions.indexOf(guard)))).toEqual([[], [], [0]])
  })

  it('knows which forbids are personal', () => {
    const { result } = check(`
      forbid a on * when request.path == "/"
      forbid b on * when caller is anonymous
      forbid c on * to anonymous
      forbid d on * to anyone when request.path == "/"
      permit e on * to staff when caller.sub == "a"
    `)
    expect(result?.rules.map((rule) => [rule.name, rule.personal])).toEqual([
      ['a', false],
      ['b', true],
      ['c', true],
      ['d', false],
      ['e', false],
    ])
  })

  it('is the same whatever the order of files', () => {
    const files: Record<string, string> = {
      'a.iap': PRELUDE,
      'b.iap': 'import { orders, staff } from "./a.iap"\npermit x on orders.read to staff',
      'c.iap': 'import { orders, staff } from "./a.iap"\npermit w on orders.read to staff',
    }
    const host = { read: (name: string) => files[name] ?? null }
    const names = ['c.iap', 'a.iap', 'b.iap'].map((entry) =>
      checkProject(host, [entry, 'b.iap', 'c.iap']).result?.rules.map((rule) => rule.name),
    )
    expect(names).toEqual([
      ['w', 'x'],
      ['w', 'x'],
      ['w', 'x'],
    ])
  })
})

describe('imports', () => {
  const host = (files: Record<string, string>) => ({ read: (name: string) => files[name] ?? null })
  const codes = (files: Record<string, string>, entry: string) =>
    checkProject(host(files), [entry]).diagnostics.map(
      ({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`,
    )

  it('makes names visible, and only those', () => {
    const files = { 'p/a.iap': PRELUDE, 'p/b.iap': 'import { staff } from "./a.iap"\npermit p on orders.read to staff' }
    expect(codes(files, 'p/b.iap')).toEqual(['IAP2001 orders'])
  })

  it.each([
    ['import { x } from "./missing.iap"', 'IAP2005 "./missing.iap"'],
    ['import { x } from "/etc/a.iap"', 'IAP2006 "/etc/a.iap"'],
    ['import { x } from "../../a.iap"', 'IAP2006 "../../a.iap"'],
    ['import { x } from "./a.json"', 'IAP2006 "./a.json"'],
    ['import { nothing } from "./a.iap"', 'IAP2004 nothing'],
    ['import { pii, pii } from "./a.iap"', 'IAP2002 pii'],
    ['import { x } from "./b.iap"', 'IAP2007 "./b.iap"', 'IAP2004 x'],
  ])('%s', (text, ...expected) => {
    expect(codes({ 'p/a.iap': PRELUDE, 'p/b.iap': text }, 'p/b.iap').sort()).toEqual([...expected].sort())
  })
})

describe('a record of a thousand fields', () => {
  const wide = `{ ${fieldsNamed('a', 998)} }`

  it('is one, and others are beside it', () => {
    expect(found(`data d: { x: ${wide}, y: ${wide} }\nidentity i via jwt { ${fieldsNamed('a', 1000)} }`)).toEqual([])
  })

  it.each([
    ['one more', `data d: { ${fieldsNamed('a', 1001)} }`, 'a1000'],
    ['by a name', `type T = { ${fieldsNamed('a', 600)} }\ndata d: { ${fieldsNamed('b', 399)}, c: list<T>, e: T }`, 'e'],
    ['with those within', `identity i via jwt { ${fieldsNamed('a', 998)}, b: { c: { d: int } } }`, 'b'],
    ['once', `data d: { a: { b: list<{ ${fieldsNamed('c', 1001)} }>, d: int }, e: int }`, 'c1000'],
  ])('%s', (_, text, place) => {
    expect(found(text)).toEqual([`IAP3039 ${place}`])
  })
})

function fieldsNamed(name: string, count: number): string {
  return Array.from({ length: count }, (_, at) => `${name}${at}?: string`).join(', ')
}
