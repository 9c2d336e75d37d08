import { describe, expect, it } from 'vitest'
import { showType } from '../types/type.ts'
import { mended, testChecker, told } from './test-checker.ts'

const LONG = 'a'.repeat(4_097)

const DECLARATIONS = `
type Address = { city: string, zip?: string }
type Item = { sku: string, price: int, weight: double, tags: set<string>, note?: string, at?: Address }
type Params = { id: int, name?: string }
type Query = { customer: string, page?: int, tags: list<string> }
type Body = { items: list<Item>, to: Address, by: map<string, Item>, seen: set<timestamp>, currency: "EUR" | "USD" }

identity staff via jwt {
  sub: string
  groups: set<string>
  roles: list<string>
  level?: int
  score: double
  tier: "gold" | "plain"
  home: Address
  quotas: map<string, int>
  hired: timestamp
  notice: duration
  desk: ip
  nets: list<cidr>
  active: bool
}
identity partner via jwt { sub: string, level: string }
role support of staff
data assigned: map<string, set<string>>
data offices: list<cidr>
data settings: { open: bool, limit?: int }
data units: hierarchy
def twice(n: int): int = n * 2
def known(who: string): bool = who in assigned
def near(): bool = offices.exists(range, range.containsIP(source.ip))
`
const checker = testChecker(DECLARATIONS)
const staff = { callers: ['staff'] }

it('checks the declarations', () => {
  expect(checker.diagnostics).toEqual([])
})

describe('types', () => {
  it.each([
    // Arithmetic.
    ['params.id * 2 / 3 % 4 - 1', 'int'],
    ['caller.score * 2.0 / 3.0', 'double'],
    ['-params.id', 'int'],
    ['"a" + caller.sub', 'string'],
    ['caller.roles + ["x"]', 'list<string>'],
    ['request.time + caller.notice', 'timestamp'],
    ['caller.notice + request.time', 'timestamp'],
    ['request.time - duration("1h")', 'timestamp'],
    ['request.time - caller.hired', 'duration'],
    ['caller.notice - duration("1h")', 'duration'],
    // Comparisons.
    ['false < caller.active', 'bool'],
    ['request.time >= caller.hired', 'bool'],
    ['caller.notice < duration("1h")', 'bool'],
    ['caller.desk == source.ip', 'bool'],
    ['caller.nets == offices', 'bool'],
    ['caller.quotas == {"a": 1}', 'bool'],
    ['{} == caller.quotas', 'bool'],
    ['caller.?level == query.?page', 'bool'],
    ['[caller.groups] == [["a"]]', 'bool'],
    ['request.time in body.seen', 'bool'],
    ['["a"] in [caller.roles]', 'bool'],
    ['["a"] in [caller.groups]', 'bool'],
    ['caller.desk in [ip("192.0.2.1")]', 'bool'],
    // Literals.
    ['{"a": 1, "b": 2}', 'map<string, int>'],
    ['{"a": [], "b": ["x"]}', 'map<string, list<"x">>'],
    ['[[], caller.roles]', 'list<list<string>>'],
    ['caller.active ? [] : caller.groups', 'set<string>'],
    ['caller.active ? caller.groups : ["a"]', 'set<string>'],
    ['caller.active ? {} : caller.quotas', 'map<string, int>'],
    // Optionals.
    ['caller.?level', 'optional<int>'],
    ['caller.?sub', 'optional<string>'],
    ['caller.?home.?zip', 'optional<string>'],
    ['caller.quotas[?"a"]', 'optional<int>'],
    ['caller.quotas.?a', 'optional<int>'],
    ['assigned[?caller.sub].orValue([])', 'set<string>'],
    ['body.by.?a.?at.?zip', 'optional<string>'],
    ['has(caller.quotas.a) ? caller.quotas.a : 0', 'int'],
    // What a map that is written out surely has.
    ['{"a": 1}.a', 'int'],
    ['{"a": 1}["a"]', 'int'],
    ['{"plain": 1, "gold": 2, "x": 3}[caller.tier]', 'int'],
    ['caller.roles[?0]', 'optional<string>'],
    ['body.items[?0].?at.?zip', 'optional<string>'],
    ['body.by[?"a"].?tags', 'optional<set<string>>'],
    ['request.headers[?"x-a"]', 'optional<string>'],
    ['connection.?mtls.?path', 'optional<string>'],
    ['connection.?mtls.?dns_names[?0]', 'optional<string>'],
    ['settings.?limit.orValue(3)', 'int'],
    ['caller.?level.hasValue()', 'bool'],
    ['caller.?level.optMap(l, l > 3)', 'optional<bool>'],
    ['caller.?level.optMap(l, string(l)).orValue("none")', 'string'],
    ['assigned[?caller.sub].orValue([])', 'set<string>'],
    ['caller.active ? caller.?level : query.?page', 'optional<int>'],
    ['body.?currency.orValue("CHF")', '"CHF" | "EUR" | "USD"'],
    // Comprehensions.
    ['caller.roles.all(r, r != "x")', 'bool'],
    ['caller.groups.exists(g, g in caller.roles)', 'bool'],
    ['caller.quotas.exists_one(k, caller.quotas[?k].orValue(0) > 3)', 'bool'],
    [
      'body.items.filter(i, i.price > 3)',
      'list<{ sku: string, price: int, weight: double, tags: set<string>, note?: string, at?: { city: string, zip?: string } }>',
    ],
    ['caller.groups.filter(g, g != "x")', 'set<string>'],
    ['caller.quotas.filter(k, k != "x")', 'set<string>'],
    ['body.items.map(i, i.tags)', 'list<set<string>>'],
    ['body.items.map(i, i.price > 3, i.sku)', 'list<string>'],
    ['body.items.map(i, has(i.note), i.note)', 'list<string>'],
    ['caller.groups.map(g, g.size())', 'set<int>'],
    ['caller.quotas.map(k, k)', 'set<string>'],
    ['caller.quotas.map(k, k) == ["a"]', 'bool'],
    ['body.items.map(x, x.tags.map(x, x + "s"))', 'list<set<string>>'],
    // Built-ins.
    ['caller.sub.size() + size(caller.roles) + size(caller.groups) + caller.quotas.size()', 'int'],
    ['caller.sub.split(",").map(w, w.trim()).join("-")', 'string'],
    ['caller.tier.upperAscii().replace("A", "B")', 'string'],
    ['caller.sub.matches("^[a-z]+$") || matches(caller.sub, "x")', 'bool'],
    ['caller.sub.indexOf("a", 1) + caller.sub.lastIndexOf("b")', 'int'],
    ['math.greatest(1, 2, params.id)', 'int'],
    ['math.least([1.0, 2.0])', 'double'],
    ['math.abs(-2.5)', 'double'],
    ['sets.contains(caller.groups, ["a"])', 'bool'],
    ['sets.contains([], caller.groups)', 'bool'],
    ['sets.intersects(caller.roles, ["a"])', 'bool'],
    ['int(caller.hired) + int("3") + int(2.5)', 'int'],
    ['string(params.id) + string(caller.desk) + string(caller.notice)', 'string'],
    ['caller.hired.getHours("Europe/Berlin") + caller.hired.getFullYear() + caller.notice.getMinutes()', 'int'],
    ['cidr("10.0.0.0/8").containsIP(source.ip) && cidr("10.0.0.0/8").containsIP("10.1.2.3")', 'bool'],
    ['cidr("10.0.0.0/8").ip()', 'ip'],
    ['ip.isCanonical("192.0.2.1") && source.ip.isLoopback() && isIP(caller.sub)', 'bool'],
    ['["192.0.2.1"].exists(ip, ip.startsWith("192"))', 'bool'],
    ['units.within(caller.sub, "sales")', 'bool'],
    // Data, defs, requests.
    ['settings.open', 'bool'],
    ['assigned', 'map<string, set<string>>'],
    ['offices[?0].optMap(o, o.prefixLength()).orValue(0)', 'int'],
    ['twice(params.id) + twice(twice(3))', 'int'],
    ['known(caller.tier) && near()', 'bool'],
    ['request.time.getHours()', 'int'],
    ['has(connection.mtls) ? connection.mtls.dns_names : []', 'list<string>'],
  ])('%s', (text, type) => {
    const checked = checker.value(text, staff)
    expect(checked.diagnostics.map(told)).toEqual([])
    expect(showType(checked.type)).toBe(type)
  })
})

describe('mistakes, each told once', () => {
  it.each([
    // Arithmetic and comparisons.
    ['params.id % 2.0', 'IAP3012 params.id % 2.0'],
    ['caller.score % caller.score', 'IAP3012 caller.score % caller.score'],
    ['caller.score * 2 > 1.0', 'IAP3007 caller.score * 2'],
    ['request.time + request.time', 'IAP3007 request.time + request.time'],
    ['caller.notice - request.time', 'IAP3007 caller.notice - request.time'],
    ['caller.notice * 2', 'IAP3012 caller.notice * 2'],
    ['caller.desk < source.ip', 'IAP3010 caller.desk < source.ip'],
    ['body.to == body.to', 'IAP3009 body.to == body.to'],
    ['body.items == body.items', 'IAP3009 body.items == body.items'],
    ['caller.groups == caller.roles', 'IAP3007 caller.groups == caller.roles'],
    ['caller.?level == 3', 'IAP3007 caller.?level == 3'],
    ['params.id / 0', 'IAP3071 params.id / 0'],
    ['params.id % 0', 'IAP3071 params.id % 0'],
    // What can never be true.
    ['body.currency == "CHF"', 'IAP3008 body.currency == "CHF"'],
    ['body.currency in ["CHF", "GBP"]', 'IAP3008 body.currency in ["CHF", "GBP"]'],
    ['caller.sub in []', 'IAP3060 caller.sub in []'],
    ['caller.sub in {}', 'IAP3060 caller.sub in {}'],
    ['[] in source.ip', 'IAP3011 source.ip'],
    ['[] in caller.quotas', 'IAP3015 []'],
    ['caller.foo in source.ip', 'IAP3018 foo; IAP3011 source.ip'],
    ['["a"].exists(x, x == "b")', 'IAP3008 x == "b"'],
    // Literals.
    ['[] == []', 'IAP3015 []'],
    ['{} == {}', 'IAP3068 {}'],
    ['size({}) == 0', 'IAP3068 {}'],
    ['{"a": 1, "a": 2}', 'IAP3066 "a"'],
    ['{caller.sub: 1}', 'IAP3065 caller.sub'],
    ['{1: 1}', 'IAP3065 1'],
    ['{"a": 1, "b": "x"}', 'IAP3067 "x"'],
    ['[1, "a", true]', 'IAP3014 "a"'],
    ['[caller.?level]', 'IAP3054 caller.?level'],
    ['{"a": caller.?level}', 'IAP3054 caller.?level'],
    // What may be missing.
    ['caller.roles[0]', 'IAP3025 caller.roles[0]'],
    ['caller.groups[?0]', 'IAP3025 caller.groups[?0]'],
    ['caller.quotas[?0]', 'IAP3026 0'],
    ['caller.roles[?"a"]', 'IAP3069 "a"'],
    ['caller.?home.zip', 'IAP3053 zip'],
    ['body.by[?"a"].tags', 'IAP3053 tags'],
    ['assigned[?"a"]["b"]', 'IAP3053 assigned[?"a"]["b"]'],
    ['caller.?level.zip', 'IAP3019 zip'],
    ['caller.?level + 1', 'IAP3012 caller.?level + 1'],
    ['caller.?lvel', 'IAP3018 lvel'],
    ['caller.?lvel.orValue("") == "x"', 'IAP3018 lvel'],
    ['caller.?lvel.orValue([]) == []', 'IAP3018 lvel'],
    ['caller.quotas.a', 'IAP3023 caller.quotas.a'],
    ['{"a": 1}.b', 'IAP3023 {"a": 1}.b'],
    ['{"a": 1}["b"]', 'IAP3024 {"a": 1}["b"]'],
    ['{"gold": 1}[caller.tier]', 'IAP3024 {"gold": 1}[caller.tier]'],
    ['{"a": 1}[caller.sub]', 'IAP3024 {"a": 1}[caller.sub]'],
    ['caller.?quotas.a', 'IAP3053 a'],
    ['request.headers.host', 'IAP3027 request.headers'],
    ['has(request.headers.host)', 'IAP3027 request.headers'],
    ['body.items.all(i, i.note != "x")', 'IAP3023 i.note'],
    ['body.items.all(i, has(i.note)) && body.items.all(i, i.note != "x")', 'IAP3023 i.note'],
    ['connection.mtls.path', 'IAP3023 connection.mtls'],
    ['caller.?level.optMap(l, caller.?level)', 'IAP3054 caller.?level'],
    ['caller.quotas[?"a"].orValue("x")', 'IAP3035 "x"'],
    // Comprehensions.
    ['caller.sub.all(x, true)', 'IAP3036 all'],
    ['params.id.map(x, x)', 'IAP3036 map'],
    ['caller.roles.optMap(x, x)', 'IAP3036 optMap'],
    ['caller.?level.exists(x, x > 1)', 'IAP3036 exists'],
    ['caller.roles.filter(r, r)', 'IAP3006 r'],
    ['caller.roles.all(r, r.size())', 'IAP3006 r.size()'],
    ['caller.roles.map(r, r, r)', 'IAP3006 r'],
    ['caller.groups.map(g, [g])', 'IAP3055 [g]'],
    ['caller.roles.map(r, caller.quotas[?r])', 'IAP3054 caller.quotas[?r]'],
    ['caller.roles.all(__r, true)', 'IAP2003 __r'],
    ['caller.roles.all(caller, true)', 'IAP3056 caller'],
    ['caller.roles.all(offices, true)', 'IAP3056 offices'],
    ['caller.roles.all(near, true)', 'IAP3056 near'],
    ['caller.roles.all(r, s == r)', 'IAP3016 s'],
    ['caller.roles.all(r, true) && r == "a"', 'IAP3016 r'],
    // Calls.
    ['caller.sub.foo()', 'IAP3033 foo'],
    ['caller.sub.startWith("a")', 'IAP3033 startWith'],
    ['startsWith(caller.sub, "a")', 'IAP3033 startsWith'],
    ['math.greatest()', 'IAP3034 greatest'],
    ['greatest(1, 2)', 'IAP3033 greatest'],
    ['math.foo(1)', 'IAP3033 foo'],
    ['base64.encode("a")', 'IAP3016 base64'],
    ['caller.roles.exist(r, r == "a")', 'IAP3033 exist'],
    ['caller.?level.map(l, l > 3).orValue(false)', 'IAP3036 map'],
    ['caller.?level.filter(l, l > 3).size() > 1', 'IAP3036 filter'],
    ['caller.roles.optMap(r, r).orValue("a") == "b"', 'IAP3036 optMap'],
    ['caller.sub.filter(c, c == "a").map(c, c + 1) == [1]', 'IAP3036 filter'],
    ['caller.nme.exist(r, r == "a")', 'IAP3018 nme; IAP3033 exist'],
    ['all(caller.roles, r, r == "a")', 'IAP3033 all'],
    ['caller.sub.near()', 'IAP3033 near'],
    ['caller.sub.contains()', 'IAP3034 contains'],
    ['caller.sub.substring(1, 2, 3)', 'IAP3034 substring'],
    ['caller.sub.contains(3)', 'IAP3035 3'],
    ['params.id.contains("a")', 'IAP3036 params.id'],
    ['math.greatest(1, 2.0)', 'IAP3035 2.0'],
    ['math.ceil(1)', 'IAP3035 1'],
    ['cidr("10.0.0.0/8").containsIP(3)', 'IAP3035 3'],
    ['sets.contains([[1]], [[1]])', 'IAP3009 [[1]]'],
    ['sets.contains(caller.groups, caller.roles)', 'IAP3035 caller.roles'],
    ['size([])', 'IAP3015 []'],
    ['twice()', 'IAP3034 twice'],
    ['twice("a")', 'IAP3035 "a"'],
    ['twice', 'IAP3070 twice'],
    ['twise(3)', 'IAP3033 twise'],
    ['known(params.id)', 'IAP3035 params.id'],
    // Constants.
    ['caller.sub.matches(caller.tier)', 'IAP3057 caller.tier'],
    ['caller.sub.matches("a(b")', 'IAP3058 "a(b"'],
    [`matches(caller.sub, "${LONG}")`, `IAP3058 "${LONG}"`],
    ['caller.sub.matches("a(?=b)c")', 'IAP3058 (?='],
    ['caller.sub.matches("\\\\d\\\\1")', 'IAP3058 \\\\1'],
    ['timestamp("2026-02-30T00:00:00Z")', 'IAP3059 "2026-02-30T00:00:00Z"'],
    ['timestamp(253402300800)', 'IAP3059 253402300800'],
    ['duration("1d")', 'IAP3059 "1d"'],
    ['ip("1.2.3.256")', 'IAP3059 "1.2.3.256"'],
    ['cidr("10.0.0.0/33")', 'IAP3059 "10.0.0.0/33"'],
    ['cidr("10.0.0.0/8").containsIP("x")', 'IAP3059 "x"'],
    ['request.time.getHours("Mars/X")', 'IAP3059 "Mars/X"'],
    ['int("x") + int("9007199254740992")', 'IAP3059 "x"; IAP3059 "9007199254740992"'],
    ['bool("yes")', 'IAP3059 "yes"'],
    ['double("1e999")', 'IAP3059 "1e999"'],
    ['caller.sub.charAt(-1)', 'IAP3073 -1'],
    // Names.
    ['request == request', 'IAP3027 request; IAP3027 request'],
    ['units == units', 'IAP3027 units; IAP3027 units'],
    ['[units].size()', 'IAP3027 units'],
    ['units.size()', 'IAP3036 units'],
    ['request.headers.size()', 'IAP3027 request.headers'],
    ['request.headers[?"X-A"]', 'IAP3028 "X-A"'],
    ['request.headers[?caller.sub]', 'IAP3028 caller.sub'],
    ['offcies.size() == 0', 'IAP3016 offcies'],
    ['support', 'IAP3016 support'],
    ['query.customr', 'IAP3018 customr'],
    ['settings.opn', 'IAP3018 opn'],
    ['source.port', 'IAP3018 port'],
    ['has(caller.quotas["a"])', 'IAP3029 caller.quotas["a"]'],
    ['mfa within 5m', 'IAP3061 mfa within 5m'],
  ])('%s', (text, expected) => {
    expect(checker.value(text, staff).diagnostics.map(told).join('; ')).toBe(expected)
  })
})

describe('a root that no route has', () => {
  const bare = testChecker('identity staff via jwt { sub: string }\ndef f(): string = caller.?sub.orValue("")\n')

  it.each([
    ['query.page', 'IAP3051 query'],
    ['body.x', 'IAP3051 body'],
    ['params.id', 'IAP3018 id'],
  ])('%s', (text, expected) => {
    expect(bare.value(text).diagnostics.map(told)).toEqual([expected])
  })
})

describe('places', () => {
  it.each(['params.id', 'query.customer', 'body.to.city'])('a def does not read %s', (text) => {
    expect(checker.value(text, { place: 'def' }).diagnostics.map(told)).toEqual([`IAP3050 ${text.split('.')[0]}`])
  })

  it.each(['caller.?sub', 'assigned', 'request.method', 'request.time', 'source.ip', 'connection.?mtls'])(
    'a def reads %s',
    (text) => {
      expect(checker.value(text, { place: 'def' }).diagnostics).toEqual([])
    },
  )

  it.each([
    ['request.method == "GET"', 'IAP3037 request'],
    ['params.id == 3', 'IAP3037 params'],
    ['source.ip == ip("192.0.2.1")', 'IAP3037 source'],
    ['near()', 'IAP3037 near()'],
    ['twice(3) == 6', 'IAP3038 twice(3)'],
    ['caller.sub.size() + 1 > 3', 'IAP3038 caller.sub.size() + 1'],
    ['caller.sub.charAt(0) == "a"', 'IAP3038 caller.sub.charAt(0)'],
    ['timestamp(caller.sub) < caller.hired', 'IAP3038 timestamp(caller.sub)'],
    ['caller.hired.getHours(caller.sub) > 3', 'IAP3038 caller.hired.getHours(caller.sub)'],
    ['caller.hired + caller.notice < caller.hired', 'IAP3038 caller.hired + caller.notice'],
    ['caller.quotas[?"a"].orValue(0) % caller.sub.size() == 0', 'IAP3038 caller.quotas[?"a"].orValue(0) % caller.sub.size()'],
  ])('a role cannot say %s', (text, expected) => {
    expect(checker.value(text, { ...staff, place: 'role' }).diagnostics.map(told)).toEqual([expected])
  })

  it.each([
    'known(caller.sub)',
    'caller.sub in assigned',
    'units.within(caller.sub, "sales")',
    'timestamp("2026-01-01T00:00:00Z") - caller.hired > duration("24h")',
    'caller.hired.getHours() > 3 && caller.hired.getHours("Europe/Berlin") < 3',
    'caller.sub.indexOf("a") == 0',
    'caller.sub.size() % 2 == 0 && caller.score / 0.0 > 1.0',
    'caller.nets.exists(n, n.containsIP("10.0.0.1")) && cidr("10.0.0.0/8").containsIP(caller.desk)',
    '-caller.sub.size() < 3',
  ])('a role can say %s', (text) => {
    expect(checker.value(text, { ...staff, place: 'role' }).diagnostics.map(told)).toEqual([])
  })

  it.each([
    ['rule', ['mfa'], 'nowhere', ['IAP3061 mfa']],
    ['rule', ['unless mfa within 5m'], 'unless-clauses', []],
    ['rule', ['mfa within 5m'], 'unless-clauses', ['IAP3061 mfa within 5m']],
    ['rule', ['unless mfa || caller.?sub.hasValue()'], 'unless-clauses', ['IAP3061 mfa']],
    ['invariant', ['caller is support && (mfa within 5m || acr "a" | "b" within 1h)'], 'anywhere', []],
  ] as const)('in a %s %j', (place, clauses, requirements, expected) => {
    const checked = checker.clauses(clauses, { place, requirements })
    expect(checked.diagnostics.map(told)).toEqual(expected)
    expect(checked.reads.requirement).toBe(true)
  })
})

describe('what is read', () => {
  it('says roots, headers and data, through defs too', () => {
    const { reads } = checker.value('near() && known("x") && "x-a" in request.headers && settings.open', {})
    expect([...reads.roots].sort()).toEqual(['request', 'source'])
    expect([...reads.headers]).toEqual(['x-a'])
    expect([...reads.data].map(({ name }) => name).sort()).toEqual(['assigned', 'offices', 'settings'])
    expect(reads.requirement).toBe(false)
  })
})

describe('fixes', () => {
  it.each([
    ['caller.level > 3', 'has(caller.level) && caller.level > 3'],
    ['caller.active || caller.level > 3', 'caller.active || has(caller.level) && caller.level > 3'],
    ['!(caller.level > 3)', 'has(caller.level) && !(caller.level > 3)'],
    ['caller.active ? caller.level > 3 : true', 'has(caller.level) && (caller.active ? caller.level > 3 : true)'],
    ['caller.quotas[caller.sub] > 3', 'caller.sub in caller.quotas && caller.quotas[caller.sub] > 3'],
    ['body.items.all(i, i.note == "x")', 'body.items.all(i, has(i.note) && i.note == "x")'],
    ['caller.roles[0] == "a"', 'caller.roles[?0] == "a"'],
    ['caller.?home.zip.orValue("") == ""', 'caller.?home.?zip.orValue("") == ""'],
    ['assigned[?"a"]["b"] == "b"', 'assigned[?"a"][?"b"] == "b"'],
    ['caller.quotas.a > 1', 'has(caller.quotas.a) && caller.quotas.a > 1'],
    ['caller.?quotas.a.orValue(0) > 1', 'caller.?quotas.?a.orValue(0) > 1'],
    ['caller.score > 3', 'caller.score > 3.0'],
    ['math.ceil(1) > 1.0', 'math.ceil(1.0) > 1.0'],
    ['caller.tire == "gold"', 'caller.tier == "gold"'],
    ['requst.method == "GET"', 'request.method == "GET"'],
    ['offcies.size() == 0', 'offices.size() == 0'],
    ['caller.sub.startWith("a")', 'caller.sub.startsWith("a")'],
    ['support', 'caller is support'],
    ['"X-Tenant" in request.headers', '"x-tenant" in request.headers'],
    ['has(caller.quotas["a"])', '"a" in caller.quotas'],
  ])('%s', (text, expected) => {
    const [diagnostic] = checker.clauses([text], staff).diagnostics
    expect(diagnostic && mended(diagnostic)).toBe(expected)
  })

  it('of who calls', () => {
    const [diagnostic] = checker.clauses(['caller.tier == "gold"']).diagnostics
    expect(diagnostic && mended(diagnostic)).toBe('caller is staff && caller.tier == "gold"')
  })
})
