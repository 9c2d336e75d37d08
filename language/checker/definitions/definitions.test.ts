import { describe, expect, it } from 'vitest'
import { checkProject } from '../../project.ts'

const PRELUDE = `
identity staff via jwt { sub: string, level?: int, team: string }
identity partner via jwt { sub: string, client_id: string }
identity workload via mtls
type Names = set<string>
service orders at "orders.shop.example" { route read GET "/orders/{id}" }
`

function check(text: string, prelude = PRELUDE) {
  return checkProject({ read: (name) => (name === 'main.iap' ? prelude + text : null) }, ['main.iap'])
}

function found(text: string): string[] {
  return check(text).diagnostics.map(({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`)
}

function model(text: string) {
  const { result, diagnostics } = check(text)
  if (result === null) throw new Error(diagnostics.map((one) => one.message).join())
  return result
}

describe('data', () => {
  it.each([
    'data assigned: map<string, set<string>>',
    'data open: bool\npermit p on orders.read to staff when open',
    'data folders: hierarchy\npermit p on orders.read to staff when folders.within(params.id, caller.sub)',
    'type H = hierarchy\ndata folders: H',
    'data blocked: Names\nforbid f on * to staff when caller.sub in blocked',
    'data staffing: map<string, Names>\nrole lead of staff when caller.sub in staffing && "x" in staffing[caller.sub]',
    'data ranges: list<cidr>\nforbid f on * when ranges.exists(r, r.containsIP(source.ip))',
  ])('%s', (text) => expect(found(text)).toEqual([]))

  it.each([
    ['data staff: bool', 'IAP2002 staff'],
    ['data caller: bool', 'IAP2003 caller'],
    ['data request: bool', 'IAP2003 request'],
    ['data math: bool', 'IAP2003 math'],
    ['data a: Nothing\nforbid f on * when a == 3', 'IAP3001 Nothing'],
    ['data a: map<string, hierarchy>\nforbid f on * when a == 3', 'IAP4050 map<string, hierarchy>'],
    ['data a: { h: hierarchy }', 'IAP4050 { h: hierarchy }'],
    ['identity x via jwt { h: list<hierarchy> }\npermit p on orders.read to x when caller.h == 3', 'IAP4050 list<hierarchy>'],
    ['service s at "s.example" { route r POST "/" body { h: hierarchy } }', 'IAP4050 { h: hierarchy }'],
    ['def f(h: hierarchy): bool = true', 'IAP4050 hierarchy'],
    ['def f(a: int, b: int, a: string): bool = a == 1', 'IAP3072 a'],
    [
      'service s at "s.example" { route r POST "/r" body list<int> route q POST "/q" }\nforbid f on s.* when body == [1]',
      'IAP3052 body',
    ],
    ['forbid f on * when assignd', 'IAP3016 assignd'],
  ])('%s', (text, ...expected) => expect(found(text)).toEqual(expected))

  it('is what rules read, through roles and defs too', () => {
    const { rules, roles, data } = model(`
      data c: Names
      data a: Names
      data b: Names
      data d: Names
      role lead of staff when caller.sub in a
      role head of staff when caller is lead && caller.sub in d
      def blocked(who: string): bool = who in b
      def twice(who: string): bool = blocked(who) || caller is lead
      permit of_to on * to head
      permit of_is on * to staff when caller is lead
      permit of_def on * to staff when blocked(caller.sub)
      permit of_defs on * to staff when twice(caller.sub) && caller.sub in c
      permit of_limit on * to staff limit 3 per 1h by caller.sub in c
      permit of_header on * to staff header "x-a" = caller.sub in b ? "y" : "n"
    `)
    expect(data.map(({ name, index }) => `${index} ${name}`)).toEqual(['0 a', '1 b', '2 c', '3 d'])
    expect(Object.fromEntries(roles.map(({ name, data }) => [name, data.map((one) => one.name)]))).toEqual({
      lead: ['a'],
      head: ['a', 'd'],
    })
    expect(Object.fromEntries(rules.map(({ name, reads }) => [name, reads.data.map((one) => one.name)]))).toEqual({
      of_to: ['a', 'd'],
      of_is: ['a'],
      of_def: ['b'],
      of_defs: ['a', 'b', 'c'],
      of_limit: ['c'],
      of_header: ['b'],
    })
  })
})

describe('defs', () => {
  it.each([
    'def own(id: string): bool = id == "a"\npermit p on orders.read to staff when own(params.id)',
    'def later(): bool = request.time > timestamp("2026-01-01T00:00:00Z") && source.ip == ip("192.0.2.1") && has(connection.mtls)',
    'def lead(): bool = caller is staff && has(caller.level) && caller.level > 3\nforbid f on * unless lead()',
    'def a(): bool = b()\ndef b(): bool = c()\ndef c(): bool = true',
    'def known(names: Names): bool = "a" in names',
    'role r of staff when f(caller.sub)\ndef f(who: string): bool = who == "a"',
    'role r of staff when f()\ndef f(): bool = caller is q\nrole q of staff',
  ])('%s', (text) => expect(found(text)).toEqual([]))

  it.each([
    ['def size(a: string): bool = true', 'IAP2003 size'],
    ['def has(a: string): bool = true', 'IAP2003 has'],
    ['def body(): bool = true', 'IAP2003 body'],
    ['def staff(): bool = true', 'IAP2002 staff'],
    ['def f(): bool = true\ndef f(): bool = false\nforbid g on * when f()', 'IAP2002 f'],
    ['def f(): bool = f()\nforbid g on * when f()', 'IAP4051 f'],
    ['def f(): bool = g()\ndef g(): bool = f()\nforbid h on * when f() && g()', 'IAP4051 f'],
    ['def f(): bool = caller is r\nrole r of staff when f()', 'IAP4051 f'],
    ['def f(): string = 3', 'IAP3063 3'],
    ['def f(): bool = params.id == "a"', 'IAP3050 params'],
    ['def f(): bool = caller.sub == "a"', 'IAP3020 caller.sub'],
    ['def f(): bool = mfa', 'IAP3061 mfa'],
    // What a def found out of the caller, its callers do not know.
    [
      'def lead(): bool = caller is staff && has(caller.level)\npermit p on orders.read to staff when lead() && caller.level > 3',
      'IAP3023 caller.level',
    ],
    ['role r of staff when f()\ndef f(): bool = request.path == "/"', 'IAP3037 f()'],
  ])('%s', (text, ...expected) => {
    expect(found(text)).toEqual(expected)
  })

  it('come after those that they call', () => {
    const { defs } = model('def a(): bool = z() && m()\ndef m(): bool = z()\ndef z(): bool = true\ndef b(): bool = true')
    expect(defs.map((def) => def.name)).toEqual(['z', 'm', 'a', 'b'])
  })

  it('count as read by who calls them', () => {
    const { rules } = model(`
      def tenant(): bool = "x-tenant" in request.headers
      def who(): bool = caller is staff
      def cert(): bool = has(connection.mtls)
      forbid a on * when tenant()
      forbid b on * when who()
      forbid c on * when cert()
    `)
    expect(rules.map(({ reads, personal }) => [reads.headers, personal, reads.mtls])).toEqual([
      [['x-tenant'], false, false],
      [[], true, false],
      [[], false, true],
    ])
  })
})

describe('annotations', () => {
  it.each([
    '@was("old") permit p on * to staff\ntest "t" { as staff { sub: "a", team: "b" } GET "https://orders.shop.example/orders/1" expect permit by old }',
    '@was("a") @was("b") role r of staff',
    'service s at "s.example" { @was("old") route new GET "/" }',
    'service s at "s.example" { @was("read") route new GET "/" }',
  ])('%s', (text) => expect(found(text)).toEqual([]))

  it.each([
    ['@wsa("old") role r of staff', 'IAP2050 wsa'],
    ['@todo("x") role r of staff', 'IAP2050 todo'],
    ['@was("") role r of staff', 'IAP4053 ""'],
    ['@was("an old name") role r of staff', 'IAP4071 "an old name"'],
    ['service s at "s.example" { @was("s.old") route a GET "/a" }', 'IAP4071 "s.old"'],
    ['@was("staff") role r of staff', 'IAP4054 "staff"'],
    ['@was("a") role r of staff\n@was("a") role q of staff', 'IAP4054 "a"'],
    ['service s at "s.example" { @was("b") route a GET "/a" route b GET "/b" }', 'IAP4054 "b"'],
    ['@deprecated("a") @deprecated("b") role r of staff', 'IAP4011 deprecated'],
    ['@deprecated("a") forbid f on *', 'IAP4052 deprecated'],
    ['@deprecated("a") invariant f on * denied always', 'IAP4052 deprecated'],
    ['@was("a") test "t" { GET "https://orders.shop.example/" expect deny }', 'IAP4052 was'],
  ])('%s', (text, ...expected) => expect(found(text)).toEqual(expected))

  it('mends a name', () => {
    const [one] = check('@wsa("old") role r of staff').diagnostics
    expect(one?.fixes.map(({ edits }) => edits.map(({ text }) => text))).toEqual([['was']])
  })

  it.each([
    ['@deprecated("use Text") type T = string\ndata a: T', 'IAP5091 T'],
    [
      '@deprecated("x") identity old via jwt\nrole r of old\npermit p on * to old\nforbid f on * when caller is old',
      'IAP5091 old',
      'IAP5091 old',
      'IAP5091 caller is old',
    ],
    ['@deprecated("x") role r of staff\n@deprecated("y") role q of staff when caller is r', ...[]],
    ['@deprecated("x") data d: bool\nforbid f on * when d', 'IAP5091 d'],
    ['@deprecated("x") def d(): bool = true\nforbid f on * when d()', 'IAP5091 d'],
    [
      '@deprecated("x") label l\nservice s at "s.example" is l { route r GET "/" is l }\nforbid f on label l',
      'IAP5091 l',
      'IAP5091 l',
      'IAP5091 l',
    ],
    ['service s at "s.example" { @deprecated("x") route r GET "/" }\nforbid f on s.r, s.*', 'IAP5091 r'],
    [
      '@deprecated("x") role r of staff\ntest "t" { as staff { sub: "a", team: "b" } GET "https://orders.shop.example/" expect deny }',
      ...[],
    ],
  ])('that warn: %s', (text, ...expected) => {
    expect(found(text)).toEqual(expected.map((one) => one.replace('caller is ', '')))
    expect(check(text).result).not.toBeNull()
  })

  it('say of a route that it is deprecated', () => {
    expect(
      model('service s at "s.example" { @deprecated("use q") route r GET "/" }').routes.map((one) => one.deprecated),
    ).toEqual([null, 'use q'])
  })
})
