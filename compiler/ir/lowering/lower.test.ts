import { expect, test } from 'vitest'
import { modelOf } from '../../testing/compile-text.ts'
import { lower, print, verify } from '../index.ts'

const printed = (text: string) => print(verify(lower(modelOf(text))))

test('a program for anonymous callers, one for authenticated ones', () => {
  expect(
    printed(`
    identity partner via jwt { key: string }
    identity staff via jwt { sub: string, level?: int }
    role boss of staff when has(caller.level) && caller.level > 3
    role owner of staff when caller is boss && caller.sub == "ann"
    service s at "{tenant}.test" {
      route a GET "/a/{id: int}"
      route b GET "/b"
    }
    permit open on s.b to anyone
    permit own on s.* to boss, owner, partner when has(params.id) && params.id + 1 > 2
    forbid curfew on s.a when "x-night" in request.headers && request.headers["x-night"] == "1" because "Night."
    forbid strangers on s.* unless caller is staff || caller is anonymous`),
  ).toBe(`identity partner via jwt { key }
identity staff via jwt { sub, level }
  role boss 0:0 when (&& (has caller.level) [0] (> caller.level 3))
  role owner 0:1 when (&& roles0:1 (== caller.sub "ann"))
route s.a GET, HEAD "/a/{id: int}"
  anonymous
    0 forbid curfew (&& (has header:"x-night") [0] (== header:"x-night" "1")) because "Night."
    1 forbid strangers (! (|| false true))
    otherwise unauthenticated
  authenticated
    0 forbid curfew (&& (has header:"x-night") [0] (== header:"x-night" "1")) because "Night."
    0 forbid strangers (! (|| is:staff false))
    2 permit own (&& (|| is:partner roles0:11) (&& true [0] (> (+! params.id 1) 2)))
    otherwise deny "default"
route s.b GET, HEAD "/b"
  anonymous
    1 forbid strangers (! (|| false true))
    2 permit open true
    otherwise unauthenticated
  authenticated
    0 forbid strangers (! (|| is:staff false))
    2 permit open true
    2 permit own (&& (|| is:partner roles0:11) (&& false [0] (> (+! absent 1) 2)))
    otherwise deny "default"
`)
})

test('guards across clauses, and of an `unless`', () => {
  const text = printed(`
  identity staff via jwt { level?: int, m: map<string, int> }
  service s at "h.test" { route a GET "/{k}" }
  permit p on s.a to staff when has(caller.level) unless !(params.k in caller.m) when caller.m[params.k] + caller.level > 0`)
  expect(text).toContain(
    'permit p (&& (has caller.level) (! (! (in params.k caller.m))) [0 1] (> (+! ([] caller.m params.k) caller.level) 0))',
  )
})

test('requirements, limits and headers', () => {
  const text = printed(`
  identity staff via oidc { sub: string, level?: int }
  service s at "h.test" { route a GET "/" }
  permit p on s.a to staff, anonymous require mfa within 10m require acr "gold" | "silver" limit 20 per 1h by request.host
    header "x-b" = "b" header "x-a" = request.path
  forbid f on s.a when request.path == "/" unless mfa within 1h unless auth within 1m because "No."`)
  const own =
    'require mfa within 600000 require acr "gold" "silver" limit 20 per 3600000 by request.host header "x-a" request.path header "x-b" "b"'
  const cured = '(== request.path "/") unless mfa within 3600000 unless auth within 60000 because "No."'
  expect(text).toContain(`  anonymous
    1 forbid f ${cured}
    3 permit p true ${own}
    otherwise unauthenticated
  authenticated
    0 forbid f ${cured}
    2 permit p true ${own}
    otherwise deny "default"
`)
})

test('what of a rule is said before the body was read', () => {
  const text = printed(`
  identity staff via jwt { level?: int }
  service s at "h.test" {
    route a POST "/a" body { n: int, tier: string }
    route b GET "/b"
  }
  permit clauses on s.a to staff when body.n > 1 when request.path == "/a" unless request.host == "x"
  permit guarded on s.a to staff when has(caller.level) && body.n > 1 when request.host == "x" when caller.level > 3
  permit header on s.a to anyone when request.host == "x" header "x-a" = body.tier
  permit key on s.a to anyone limit 1 per 1h by body.n
  permit other on s.* to anyone when request.host == "x"
  permit either on s.* to anyone when has(body.n) ? body.n > 1 : true`)
  const lines = (rule: string) => text.split('\n').filter((line) => line.includes(` ${rule} `))
  expect(lines('clauses')).toEqual([expect.stringContaining('open (&& (== request.path "/a") (! (== request.host "x")))')])
  expect(lines('guarded').map((line) => line.slice(line.indexOf(' open ')))).toEqual([' open (== request.host "x")'])
  expect(lines('header')[0]).toContain('(== request.host "x") header "x-a" (. body tier) open (== request.host "x")')
  expect(lines('key')[0]).toContain('open true')
  // Of a route without a body, and of a rule that does not read it.
  expect(lines('other').join()).not.toContain('open')
  expect(lines('either').map((line) => line.includes('open'))).toEqual([true, true, false, false])
})

test('which of the values that a permit obliges to read the body', () => {
  const { routes } = lower(
    modelOf(`
  service s at "h.test" { route a POST "/a" body { tier: string } route b GET "/b" }
  permit p on s.* to anyone limit 1 per 1h by request.host header "x-a" = body.?tier.orValue("") header "x-b" = "b"`),
  )
  expect(routes.map(({ authenticated }) => authenticated.trace[0]?.waiting)).toEqual([
    [false, true, false],
    [false, false, false],
  ])
})

test('data: of rules, of roles, and of shadow rules alone', () => {
  const policy = lower(
    modelOf(`
  data blocked: set<string>
  data managers: set<string>
  data tried: map<string, int>
  identity staff via jwt { sub: string }
  role manager of staff when caller.sub in managers
  role chief of staff when caller is manager && caller.sub != "ann"
  service s at "h.test" { route a GET "/" route b GET "/b" }
  permit p on s.a to chief
  forbid f on s.b when caller is staff && caller.sub in blocked
  shadow forbid t on s.* when "x-a" in request.headers && "b" in tried when request.path in blocked`),
  )
  expect(policy.routes.map(({ name, data, headers }) => [name, data, headers])).toEqual([
    ['s.a', ['managers'], []],
    ['s.b', ['blocked'], []],
  ])
  expect(policy.identities[0]?.roles.map(({ name, data }) => [name, data])).toEqual([
    ['manager', ['managers']],
    ['chief', ['managers']],
  ])
  const [a, b] = policy.routes.map(({ anonymous }) => anonymous.trace.find(({ shadow }) => shadow)?.unsure)
  expect([a, b]).toEqual([
    { headers: ['x-a'], data: ['blocked', 'tried'] },
    { headers: ['x-a'], data: ['tried'] },
  ])
})

test('headers that permits of a service set', () => {
  const policy = lower(
    modelOf(`
  service s at "s.test" { route a GET "/" route b GET "/b" }
  service t at "t.test" { route a GET "/" }
  permit p on s.a to anyone header "x-b" = "b" header "x-a" = "a"
  shadow permit q on s.b, t.a to anyone header "x-c" = "c"`),
  )
  expect(policy.routes.map(({ name, ownHeaders }) => [name, ownHeaders])).toEqual([
    ['s.a', ['x-a', 'x-b', 'x-c']],
    ['s.b', ['x-a', 'x-b', 'x-c']],
    ['t.a', ['x-c']],
  ])
})

test('routes that decide alike have one program, and a rule one step where what it reads of them is alike', () => {
  const { routes } = lower(
    modelOf(`
    identity staff via jwt { sub: string }
    type order = { owner: string }
    data owners: map<string, string>
    service s at "h.test" {
      route one   PUT "/orders/{id}" body order
      route two   PUT "/invoices/{id}" body { owner: string }
      route three PUT "/{id}" body order
      route four  PUT "/tickets/{id}" body { owner?: string }
      route five  PUT "/tickets/{id}/notes" body order
    }
    permit own on s.* to staff when caller.sub != "" && caller.sub == body.?owner.orValue("") && owners[?params.id].orValue("") != ""
    permit five on s.five to staff when caller.sub == "ann"
    shadow forbid tried on s.* when owners[?params.id].orValue("") == "x" because "Tried."`),
  )
  const programOf = (name: string) => routes.find((route) => route.name === `s.${name}`)?.authenticated
  const stepOf = (name: string, rule: string) => programOf(name)?.trace.find((step) => step.rule === rule)
  expect(programOf('two')).toBe(programOf('one'))
  expect(stepOf('five', 'own')).toBe(stepOf('one', 'own'))
  expect(programOf('five')).not.toBe(programOf('one'))
  // The parameter stands elsewhere; the body is another.
  for (const other of ['three', 'four']) expect(stepOf(other, 'own')).not.toBe(stepOf('one', 'own'))
  expect(stepOf('four', 'tried')).toBe(stepOf('one', 'tried'))
})
