import { expect, test } from 'vitest'
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
service orders at "orders.shop.example", '*.example' is pii {
  route read GET, "M-SEARCH" "/orders/{id: int}" is pii
  /// Refunds.
  route refund POST "/orders/{id}/refund"
}
permit managers_refund
  on orders.refund, label pii except orders.read
  to manager, staff
  when !(caller.level > 0x1F || params.id == -1.5e3) ? [1, 2,][0] in x : size(caller.sub) < 7 // why
  unless request.headers["x-a"].startsWith("b\\n\\u00e9")
  because "Nö. 漢字 😀"
forbid night on * when caller is anonymous /* late */
test "a manager" {
  as staff { sub: "mia", "groups": ["managers"], level: -4.5, no: null }
  POST "https://orders.shop.example/orders/7/refund"
  header "a": "b", "c": "d"
  at timestamp("2026-03-02T09:00:00Z") from "10.1.2.3"
  expect permit by managers_refund
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

test('ten thousand mangled texts: a tree and diagnostics, never an exception, never long', () => {
  const random = randomFrom(20260302)
  let mistaken = 0
  for (let round = 0; round < 10_000; round += 1) {
    const text = mangle(valid, random)
    const start = performance.now()
    const { result, diagnostics } = parse({ name: 'a.iap', text })
    expect(performance.now() - start, text).toBeLessThan(1000)
    if (diagnostics.length > 0) mistaken += 1
    // A tree that lacks something has a diagnostic that says so.
    if (result.brokenNames.length > 0) expect(diagnostics.length, text).toBeGreaterThan(0)
    for (const diagnostic of diagnostics) {
      const { span } = diagnostic
      if (!(span.start >= 0 && span.start <= span.end && span.end <= text.length))
        expect.fail(`${JSON.stringify(diagnostic)}\n${text}`)
    }
    if (round % 20 === 0) {
      for (const diagnostic of diagnostics) expect(renderDiagnostic(diagnostic, { color: false })).toContain(diagnostic.code)
      visit(result, ({ span }) => {
        if (!(span.start >= 0 && span.start <= span.end && span.end <= text.length)) expect.fail(text)
      })
    }
  }
  expect(mistaken).toBeGreaterThan(8000)
}, 120_000)

test('one piece put in anywhere is one mistake, nearly always', () => {
  const counts = new Map<number, number>()
  let cases = 0
  for (let at = 0; at < valid.length; at += 7) {
    for (const piece of [' § ', ' ) ', ' 1 ', ' && ']) {
      const { diagnostics } = parse({ name: 'a.iap', text: valid.slice(0, at) + piece + valid.slice(at) })
      counts.set(diagnostics.length, (counts.get(diagnostics.length) ?? 0) + 1)
      cases += 1
    }
  }
  const none = counts.get(0) ?? 0
  const one = counts.get(1) ?? 0
  // None: within comments and texts. More than one: where the piece parts a text or a word in two.
  expect((none + one) / cases).toBeGreaterThan(0.9)
})
