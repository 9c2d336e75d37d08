/** A text with nearly every construct. */
export const valid = `import { staff, partner } from "./identity.iap"

/// Employees.
identity staff via oidc, jwt {
  sub: string
  groups from "cognito:groups": set<string>
  level?: int, address: { city: string, zip?: "a" | "b", ... }
}
role manager of staff when "managers" in caller.groups && has(caller.level) && caller.level >= 3
label pii
type Money = map<string, list<int>>
data assigned: map<string, set<string>>
@was("had") @deprecated("use assigned")
def owns(order: string, level: int): bool = order in assigned[?caller.sub].orValue([]) && -level * 2 % 3 != 1
service orders at "orders.shop.example", '*.example' is pii {
  route read GET, "M-SEARCH" "/orders/{id: int}" query { customer: string, page?: int } is pii
  /// Refunds.
  route refund POST "/orders/{id}/refund" body { amount: int }
  route other PUT "/o" body schema "./o.json"
  rpc list "shop.Orders/List" is pii
}
service goods at "goods.example" from openapi "./goods.yaml" {
  readGoods is pii
}
permit managers_refund
  on orders.refund, label pii except orders.read
  to manager, staff
  when !(caller.level > 0x1F || params.id == -1.5e3) ? [1, 2,][0] in x : size(caller.sub) < 7 // why
  unless request.headers["x-a"].startsWith("b\\n\\u00e9") || {"a": {1: r"\\d"}}.a.?b.optMap(x, x + 1).hasValue()
  require acr "gold" | "silver" within 10m
  limit 20 per 1h by caller.sub
  header "x-tier" = caller.groups.exists(g, g.matches(r'^a+$')) ? """g"o"ld""" : 'plain'
  because "Nö. 漢字 😀"
shadow forbid night on * when caller is anonymous /* late */
invariant signed_in
  on * except label pii
  permitted only when caller is manager && mfa within 10m
  allow unknown
test "a manager" {
  as staff { sub: "mia", "groups": ["managers"], level: -4.5, no: null, acr: $acr }
  authenticated by mfa 5m ago
  POST "https://orders.shop.example/orders/7/refund" { amount: 1200 }
  header "a": "b", "c": "d"
  data assigned: { mia: ["a"] }
  mtls { spiffe_id: "spiffe://a/b" }
  at timestamp("2026-03-02T09:00:00Z") from "10.1.2.3"
  expect permit by managers_refund header "x": "y" limit managers_refund shadow none
  cases { "one": { acr: "mfa" }, "two": { acr: 1 } }
}
`

/** A small random generator with a fixed seed (mulberry32), so that a failure can be found again. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below)
  }
}

const pieces = [
  ...[
    '"',
    "'",
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    '<',
    '>',
    ',',
    '.',
    ':',
    '?',
    '...',
    '|',
    '||',
    '&&',
    '!',
    '-',
    '+',
    '*',
    '/',
    '%',
    '@',
    '=',
  ],
  ...[
    '\n',
    '\r',
    ' ',
    '\t',
    '//',
    '///',
    '/*',
    '*/',
    '\\',
    '\u0000',
    '\u202e',
    '\ud83d',
    '§',
    '1',
    '1h',
    '1u',
    '$x',
    '$',
    'r"',
    '"""',
    "'''",
    '.?',
    '[?',
    '0x',
    '1e999',
    '9007199254740993',
  ],
  ...[
    'permit',
    'forbid',
    'on',
    'to',
    'when',
    'unless',
    'because',
    'route',
    'service',
    'identity',
    'type',
    'role',
    'label',
    'test',
  ],
  ...[
    'import',
    'in',
    'is',
    'as',
    'mfa',
    'data',
    'def',
    'invariant',
    'shadow',
    'require',
    'limit',
    'header',
    'permitted',
    'only',
    'denied',
    'always',
    'within',
    'authenticated',
    'cases',
    'rpc',
    'query',
    'body',
    'all(x,',
    'expect',
    'from',
    'at',
    'x',
  ],
]

/** One to four times: takes a piece out, puts one in, says one twice, or changes two for one another. */
export function mangle(text: string, random: (below: number) => number): string {
  let mangled = text
  for (let times = 1 + random(4); times > 0; times -= 1) {
    const at = random(mangled.length + 1)
    const end = Math.min(mangled.length, at + 1 + random(random(4) === 0 ? 200 : 8))
    const piece = pieces[random(pieces.length)] as string
    const kept = [mangled.slice(0, at), mangled.slice(at, end), mangled.slice(end)] as const
    const ways = [
      () => kept[0] + kept[2],
      () => `${kept[0]}${piece}${kept[1]}${kept[2]}`,
      () => `${kept[0]} ${piece} ${kept[2]}`,
      () => kept[0] + kept[1] + kept[1] + kept[2],
      () => kept[1] + kept[0] + kept[2],
    ]
    mangled = (ways[random(ways.length)] as () => string)()
  }
  return mangled
}
