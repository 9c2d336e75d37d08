import { expect, test } from 'vitest'
import { stepsOf } from '../../tests/support/steps.ts'
import { renderDiagnostic } from '../diagnostics/render.ts'
import { parse } from '../parse.ts'
import { visit } from './children.ts'

const valid = `import { staff, partner } from "./identity.iap"

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
function randomFrom(seed: number): (below: number) => number {
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
function mangle(text: string, random: (below: number) => number): string {
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

test('the text itself is whole', () => {
  expect(parse({ name: 'a.iap', text: valid }).diagnostics).toEqual([])
})

/** Mangled texts; twenty times as many in `npm run check:full`. */
const ROUNDS = process.env.IAP_FULL === '1' ? 20_000 : 400

/** Texts whose steps are counted together: to count those of each takes longer than to parse it. */
const BATCH = 50

test('mangled texts: a tree and diagnostics, never an exception, never much more work than the text itself', () => {
  const random = randomFrom(20260302)
  const most = 2 * BATCH * stepsOf(() => parse({ name: 'a.iap', text: valid }))
  let mistaken = 0
  for (let round = 0; round < ROUNDS; round += BATCH) {
    const texts = Array.from({ length: BATCH }, () => mangle(valid, random))
    const parsed: ReturnType<typeof parse>[] = []
    const steps = stepsOf(() => {
      for (const text of texts) parsed.push(parse({ name: 'a.iap', text }))
    })
    expect(steps, texts.join('\n')).toBeLessThan(most)
    for (const [index, { result, diagnostics }] of parsed.entries()) {
      const text = texts[index] as string
      if (diagnostics.length > 0) mistaken += 1
      // A tree that lacks something has a diagnostic that says so.
      if (result.brokenNames.length > 0) expect(diagnostics.length, text).toBeGreaterThan(0)
      for (const diagnostic of diagnostics) {
        const { span } = diagnostic
        if (!(span.start >= 0 && span.start <= span.end && span.end <= text.length))
          expect.fail(`${JSON.stringify(diagnostic)}\n${text}`)
      }
      if ((round + index) % 20 > 0) continue
      for (const diagnostic of diagnostics) expect(renderDiagnostic(diagnostic, { color: false })).toContain(diagnostic.code)
      visit(result, ({ span }) => {
        if (!(span.start >= 0 && span.start <= span.end && span.end <= text.length)) expect.fail(text)
      })
    }
  }
  expect(mistaken).toBeGreaterThan(ROUNDS * 0.8)
})

const STEP = process.env.IAP_FULL === '1' ? 3 : 17

test('one piece put in anywhere is one mistake, nearly always', () => {
  const counts = new Map<number, number>()
  let cases = 0
  for (let at = 0; at < valid.length; at += STEP) {
    for (const piece of [' § ', ' ) ', ' 1 ', ' && ']) {
      const { diagnostics } = parse({ name: 'a.iap', text: valid.slice(0, at) + piece + valid.slice(at) })
      counts.set(diagnostics.length, (counts.get(diagnostics.length) ?? 0) + 1)
      cases += 1
    }
  }
  const none = counts.get(0) ?? 0
  const one = counts.get(1) ?? 0
  // None: within comments and texts. More than one: where the piece parts a text or a word in two.
  expect((none + one) / cases).toBeGreaterThan(0.97)
})
