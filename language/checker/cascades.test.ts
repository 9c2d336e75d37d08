import { describe, expect, it } from 'vitest'
import { checkProject } from '../project.ts'

/** One mistake, and all that can lean on it leaning on it: one diagnostic, at the mistake. */
const PRELUDE = `
type Address = { city: string, zip?: string }
identity staff via jwt { sub: string, groups: set<string>, level?: int, tier: "gold" | "plain", home: Address }
identity partner via oauth2 { sub: string, client_id: string }
role support of staff when "support" in caller.groups
label pii
service orders at "orders.shop.example" {
  route list GET "/orders" is pii
  route read GET "/orders/{id}" is pii
  route line GET "/orders/{id}/{line: int}"
}
`

const others: Readonly<Record<string, string>> = {
  'shop.iap': PRELUDE,
  'broken.iap': 'identity fleet via\nservice ships at "ships.example" { route r GET / }',
}

function found(text: string): string[] {
  const read = (name: string) => (name === 'main.iap' ? text : (others[name] ?? null))
  return checkProject({ read }, ['main.iap']).diagnostics.map(
    ({ code, span }) => `${code} ${span.source.text.slice(span.start, span.end)}`,
  )
}

const USES = `
role r of thing when caller.sub == "a"
permit p on thing.x to r when caller.sub == "a" && params.id == "b"
permit q on thing.* to thing when caller is thing && caller.sub == "a"
forbid f on label thing when caller is r && caller.sub == "a"
forbid g on * unless caller is thing && caller.nothing > 3 && caller.nothing < 5
test "t" { as thing {} GET "https://x.example/" expect permit by thing }`

describe('an import that fails', () => {
  it.each([
    ['import { thing } from "./missing.iap"', 'IAP2005 "./missing.iap"'],
    ['import { thing } from "missing.iap"', 'IAP2006 "missing.iap"'],
    ['import { thing } from "./shop.iap"', 'IAP2004 thing'],
    ['import { thing } form "./shop.iap"', 'IAP1001 form'],
  ])('%s', (text, expected) => {
    expect(found(text + USES)).toEqual([expected])
  })

  it('by a typing error that only the import has', () => {
    const text =
      'import { orders, suport } from "./shop.iap"\npermit p on orders.read to suport\npermit q on orders.read to support'
    expect(found(text)).toEqual(['IAP2004 suport'])
  })

  it('of types', () => {
    const identity = 'identity i via jwt { a: T, b: list<T>, c: set<T>, d: map<string, T>, e?: T }'
    const rule =
      'permit p on orders.read to i when caller.a.b == "x" && "x" in caller.c && caller.b == caller.b && caller.d["x"] > 2'
    expect(
      found(`${PRELUDE}import { T } from "./missing.iap"\n${identity}\n${rule.replace('&& caller.d["x"] > 2', '')}`),
    ).toEqual(['IAP2005 "./missing.iap"'])
  })

  it('of what the other file could not read', () => {
    const text = 'import { fleet, ships } from "./broken.iap"\npermit p on ships.r to fleet when caller.sub == params.id'
    expect(found(text)).toHaveLength(2)
  })
})

describe('a declaration that cannot be read', () => {
  it.each([
    ['identity thing via { sub: string }', 'IAP1001 {'],
    ['role thing of', 'IAP1001 role'],
    ['service thing at { route x GET "/{id}" }', 'IAP1001 {'],
    ['service thing at "x.example" { route x GET }', 'IAP1001 }'],
  ])('%s', (text, expected) => {
    const uses = text.startsWith('service')
      ? USES.split('\n')
          .filter((line) => line.includes('on thing'))
          .join('\n')
      : USES
    const only = text.startsWith('service')
      ? uses.replaceAll('to r', 'to staff').replace('to thing when caller is thing', 'to staff when true')
      : uses
    expect(found(`${PRELUDE}${text}\n${only}`)).toEqual([expected])
  })
})

describe('a quote that is not closed', () => {
  it.each([
    ['import { x } from "./shop.iap\npermit p on label x to staff', 'IAP1003 "./shop.iap'],
    [
      'service s at "s.example" {\n  route a GET "/{x} is pii\n  route b GET "/b"\n}\npermit p on label pii, s.a to staff when params.x == "a"',
      'IAP1003 "/{x} is pii',
    ],
  ])('%s', (text, ...expected) => {
    expect(found(PRELUDE + text)).toEqual(expected)
  })
})

describe('a declaration that is refused', () => {
  it.each([
    // A name that is reserved, or that stands for two things.
    ['role default of staff\npermit p on orders.read to default when caller is default', 'IAP2003 default'],
    ['label __x\npermit p on label __x to staff', 'IAP2003 __x'],
    ['type __T = string\nidentity i via jwt { a: __T }', 'IAP2003 __T'],
    ['type int = string\nidentity i via jwt { a: int }\npermit p on orders.read to i when caller.a > 3', 'IAP2003 int'],
    ['type list = string', 'IAP2003 list'],
    ['type ip = string', 'IAP2003 ip'],
    ['role pii of staff\npermit p on orders.read to pii\npermit q on label pii to staff', 'IAP2002 pii'],
    ['identity staff via jwt { x: string }\npermit p on orders.read to staff when caller.x == "a"', 'IAP2002 staff'],
    ['role support of partner\npermit p on orders.read to support when caller.client_id == "a"', 'IAP2002 support'],
    ['type Address = { street: string }\npermit p on orders.read to staff when caller.home.street == "a"', 'IAP2002 Address'],
    [PRELUDE.slice(PRELUDE.indexOf('service')), 'IAP2002 orders'],
    // Routes.
    [
      'service s at "s.example" { route r GET "/a" route r GET "/{x}" }\npermit p on s.r to staff when params.x == "a"',
      'IAP4007 r',
    ],
    ['service s at "s.example" { route r GET "/{x}/{x}" }\npermit p on s.r to staff when params.x == "a"', 'IAP4003 "/{x}/{x}"'],
    ['service s at "s.example" { route r GET "x" }\npermit p on s.* to staff when params.x == "a"', 'IAP4003 "x"'],
    [
      'service s at "s.example" { route r GET "{x}" }\npermit p on * to staff when has(params.x) && params.x == "a"',
      'IAP4003 "{x}"',
    ],
    [
      'service s at "{t}.S.example" { route r GET "/" }\npermit p on s.r to staff when params.t == "a"',
      'IAP4004 "{t}.S.example"',
    ],
    [
      'label money\nservice s at "s.example" { route r GET "/{x}" is mony }\npermit p on label money to staff when params.x == "a"',
      'IAP2001 mony',
    ],
    [
      'service s at "s.example" { route a GET "/{x}" route b GET "/{y}" route c GET "/{z}/" route d GET "/{w}" }',
      'IAP4008 "/{y}"',
      'IAP4008 "/{w}"',
    ],
    // Types.
    [
      'type A = { b: B }\ntype B = { a: A }\nidentity i via jwt { a: A, b: B }\npermit p on orders.read to i when caller.a.b.a == 3',
      'IAP3004 A',
    ],
    [
      'identity i via jwt { a: Foo }\npermit p on orders.read to i when caller.a.b.c == 3 && caller.a in [1] && -caller.a > 2 && caller.a && size(caller.a) == 1 && caller.a.startsWith("x")',
      'IAP3001 Foo',
    ],
    // Callers.
    [
      'role r of nobody when caller.sub == "a"\npermit p on orders.read to r when caller.sub == "a"\nforbid f on * when caller is r && caller.sub == "a"',
      'IAP2001 nobody',
    ],
    ['permit p on orders.read when caller.sub == "a" && caller is staff && caller.nothing == 3', 'IAP4001 p'],
    [
      'role a of staff when caller is b\nrole b of staff when caller is a\npermit p on orders.read to a when caller is b && caller.sub == "a"',
      'IAP4012 a',
    ],
  ])('%s', (text, ...expected) => {
    expect(found(PRELUDE + text)).toEqual(expected)
  })
})

describe('a mistake within a condition', () => {
  it.each([
    // One guard, or one narrowing, mends them all.
    ['permit p on orders.read to staff when caller.level > 3 && caller.level < 5', 'IAP3023 caller.level'],
    ['permit p on orders.* to staff when params.id == "a" || params.id == "b"', 'IAP3023 params.id'],
    ['forbid f on * when caller.sub == "a" || caller.sub == "b"', 'IAP3020 caller.sub'],
    [
      'permit p on orders.read to staff, partner when caller.client_id in ["a"] || caller.client_id == "b"',
      'IAP3021 caller.client_id',
    ],
    [
      'service s at "s.example" { route r GET "/{id: int}" }\npermit p on orders.read, s.r to staff when has(params.id) && params.id == "a"',
      'IAP3032 id',
    ],
    // Two mistakes are two.
    ['permit p on orders.read to nobody when caller is noone', 'IAP2008 nobody', 'IAP2008 noone'],
    ['permit p on orders.nothing to nobody when request.path == params.x', 'IAP2009 nothing', 'IAP2008 nobody'],
  ])('%s', (text, ...expected) => {
    expect(found(PRELUDE + text)).toEqual(expected)
  })
})

describe('what nobody would have noticed', () => {
  it.each([
    ['service s at "s.example", "s.example" { route r GET "/" }', 'IAP4011 "s.example"'],
    ['permit p on orders.read to staff\ntest "t" { GET "https://x.example/" expect permit by default }', 'IAP2011 default'],
  ])('%s', (text, ...expected) => {
    expect(found(PRELUDE + text)).toEqual(expected)
  })

  it('a rule on all routes where there are none', () => {
    expect(found('identity i via jwt\npermit p on * to i when params.x == "a"')).toEqual(['IAP4002 p'])
  })
})

describe('a number that is out of range', () => {
  it.each([
    ['when caller.level / 99999999999999999999 > 1', '99999999999999999999'],
    ['limit 99999999999999999999 per 1h', '99999999999999999999'],
    ['limit 5 per 99999999999999999999d', '99999999999999999999d'],
    ['when caller.score / 1e999 > 1.0', '1e999'],
  ])('%s', (clause, number) => {
    const text = `identity member via jwt { level: int, score: double }
import { orders } from "./shop.iap"
permit p on orders.read to member ${clause}`
    expect(found(text)).toEqual([`IAP1007 ${number}`])
  })
})

describe('a declaration of which too little can be read', () => {
  const rules =
    'permit p on ships.read to crew when caller.sub == "a"\npermit q on ships.* to crew\nforbid f on ships.read to captain'
  const all = `identity crew via jwt { sub: string }
role captain of crew when caller.sub == "b"
service ships at "ships.example" { route read GET "/" }
${rules}`

  it.each([
    ['service', 'servise'],
    ['identity', 'identitty'],
    ['role captain', 'rolle captain'],
    ['service ships', 'ships'],
    ['identity crew', 'crew'],
  ])('%s → %s', (right, wrong) => {
    expect(found(all)).toEqual([])
    expect(found(all.replace(right, wrong))).toEqual([`IAP1001 ${wrong.split(' ')[0]}`])
  })

  it('behind a declaration that it could belong to', () => {
    expect(found(all.replace('service', ''))).toEqual(['IAP1001 ships'])
    expect(found(all.replace('service', 'service service'))).toEqual(['IAP1001 ships'])
    expect(found(all.replace('identity', 'identity identity'))).toEqual(['IAP1001 crew'])
  })

  it.each([
    ['imprt { orders, support } from "./shop.iap"', 'imprt'],
    ['{ orders, support } from "./shop.iap"', '{'],
    ['import orders, support } from "./shop.iap"', 'orders'],
    ['import { orders support } from "./shop.iap"', 'support'],
    ['import { "orders", support } from "./shop.iap"', '"orders"'],
    ['import { , orders, support } from "./shop.iap"', ','],
    ['import { { orders, support } from "./shop.iap"', '{'],
  ])('%s', (text, mistake) => {
    const uses = 'permit p on orders.read to support when caller.sub == "a"\nforbid f on orders.list to support'
    expect(found(`import { staff } from "./shop.iap"\n${text}\n${uses}`)).toEqual([`IAP1001 ${mistake}`])
  })

  it('keeps nothing else quiet', () => {
    const text = `${all.replace('service ', 'servise ')}\nlabel x\npermit r on label y to crew when caller.nothing == 1`
    expect(found(text)).toEqual(['IAP1001 servise', 'IAP2001 y', 'IAP3018 nothing'])
  })
})

describe('a route of which too little can be read', () => {
  const rules = `permit p on ships.read to crew when caller.sub == "a"
permit q on ships.* to crew
forbid f on label x when caller is crew
invariant i on label x denied when caller is anonymous`
  const service = `service ships at "ships.example" {
  route list GET "/"
  route read GET "/read" is x
}`
  const all = `identity crew via jwt { sub: string }\nlabel x\n${service}\n${rules}`

  it.each([
    ['route read', 'read', 'IAP1001 read'],
    ['route read', 'rout read', 'IAP1001 rout'],
    ['route read', 'route read read', 'IAP1001 GET'],
  ])('%s → %s', (right, wrong, expected) => {
    expect(found(all)).toEqual([])
    expect(found(all.replace(right, wrong))).toEqual([expected])
  })
})

it('what is left of a test behind a brace too many', () => {
  const text = `identity crew via jwt { sub: string }
data ranks: map<string, list<string>>
service ships at "ships.example" { route read GET "/" }
permit p on ships.read to crew when caller.sub in ranks
test "t" {
  as crew { sub: "a" } }
  GET "https://ships.example/"
  data ranks: { "a": ["b"] }
  expect permit
}`
  expect(found(text)).toEqual(['IAP1001 }'])
})
