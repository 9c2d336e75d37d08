/** Texts that end a text, a comment, a line or a script, or mean something to JavaScript, wherever a policy can have a text. */
import { describe, expect, test } from 'vitest'
import { tryPolicy } from './try-policy.ts'

const TEXTS = [
  '"',
  "'",
  '`',
  '\\',
  "\\'",
  '");process.exit()//',
  "');process.exit()//",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack
  '`${process.exit()}`',
  '*/process.exit()/*',
  '*/',
  '//# sourceMappingURL=x',
  '<!--',
  '-->',
  '</script><script>',
  '\n',
  '\r\nprocess.exit()',
  '\u2028process.exit()',
  '\u2029',
  '\u0000',
  '\u001b[2J',
  '\u202eabc',
  '\ufeff',
  '\ue000rule x\ue001',
  '\ue0031 set\ue004',
  '\ud800',
  'é😀',
  '__proto__',
  'constructor',
  'toString',
  'prototype',
  '$&',
  '%s',
]

/** As the policy writes it: everything that is not plain as an escape. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Within quotes, as it stands. */
const raw = (text: string) => text

const ROUTE = 'service s at "h.test" { route one GET "/one/{x}" }\n'
const SLOTS: Readonly<Record<string, (q: string, text: string) => string | Readonly<Record<string, string>>>> = {
  'a comparison': (q) => `${ROUTE}permit p on s.one to anyone when params.x == ${q}`,
  'a list, a set, a map': (q) =>
    `${ROUTE}permit p on s.one to anyone when params.x in [${q}, "a", "b", "c", "d"] || {${q}: 1, "b": 2}[?params.x].orValue(3) == 1`,
  'methods of texts': (q) =>
    `${ROUTE}permit p on s.one to anyone when params.x.startsWith(${q}) || params.x.contains(${q}) || params.x.replace(${q}, "") == "" || (params.x + ${q}).size() > 40`,
  'a pattern': (q) => `${ROUTE}permit p on s.one to anyone when params.x.matches(${q})`,
  'a zone': (q) => `${ROUTE}permit p on s.one to anyone when request.time.getHours(${q}) > 3`,
  'a reason': (q) => `${ROUTE}forbid f on s.one when params.x == "no" because ${q}`,
  'a header that is read': (q) => `${ROUTE}permit p on s.one to anyone when request.headers[?${q}].orValue("") == "a"`,
  'a header that is set': (q) => `${ROUTE}permit p on s.one to anyone header ${q} = "a"`,
  'the value of a header': (q) => `${ROUTE}permit p on s.one to anyone header "x-a" = params.x == "1" ? ${q} : "b"`,
  'the key of a limit': (q) => `${ROUTE}permit p on s.one to anyone limit 3 per 1m by params.x + ${q}`,
  'a requirement': (q) =>
    `identity i via oidc { sub: string }\n${ROUTE}permit p on s.one to i require acr ${q} within 10m\nforbid f on s.one unless acr ${q}`,
  'claims by path': (q) =>
    `identity i via jwt { c from ${q}: string, r?: { e from ${q}: bool } }\n${ROUTE}permit p on s.one to i when caller.c == params.x`,
  'a claim of few values': (q) =>
    `identity i via jwt { c: ${q} | "other", m: map<string, string> }\n${ROUTE}permit p on s.one to i when caller.c == ${q} && ${q} in caller.m && caller.m[${q}] == "a"`,
  'a role': (q) =>
    `identity i via jwt { c: string }\nrole r of i when caller.c == ${q}\n${ROUTE}permit p on s.one to r\nforbid f on s.one to i when caller.c.endsWith(${q})`,
  'data and bodies': (q) =>
    `data d: map<string, ${q} | "other">\ntype B = { f from ${q}: string, g?: set<${q} | "z"> }\nservice s at "h.test" { route one POST "/one" body B }\npermit p on s.one to anyone when body.f == ${q} && d[?${q}].orValue("other") == ${q}`,
  'a query': (q) =>
    `service s at "h.test" { route one GET "/one" query { a from ${q}: string, b?: ${q} | "z" } }\npermit p on s.one to anyone when query.a == ${q}`,
  'a template': (q) => `service s at "h.test" { route one GET "/${q.slice(1, -1)}/{x}" }\npermit p on s.one to anyone`,
  'a part of a template': (q) =>
    `service s at "h.test" { route one GET "/a${q.slice(1, -1)}{x}${q.slice(1, -1)}b" }\npermit p on s.one to anyone`,
  'a host': (q) => `service s at "${q.slice(1, -1)}.test" { route one GET "/" }\npermit p on s.one to anyone`,
  'a method': (q) => `service s at "h.test" { route one ${q} "/" }\npermit p on s.one to anyone`,
  'a test': (q) => `${ROUTE}permit p on s.one to anyone\ntest ${q} { as anonymous GET "https://h.test/one/a" expect permit }`,
  'an import': (q) => `import { a } from ${q}\n${ROUTE}permit p on s.one to anyone`,
  'comments, as it stands': (_, text) => `// ${text}\n/// ${text}\n${ROUTE}/// ${text}\npermit p on s.one to anyone // ${text}\n`,
  'a text, as it stands': (_, text) =>
    `${ROUTE}permit p on s.one to anyone when params.x == "${raw(text)}" || params.x == r'${raw(text)}'`,
  'between words, as it stands': (_, text) => `${ROUTE}permit ${text} p on s.one to anyone`,
  'a schema': (_, text) => ({
    'policy.iap':
      'service s at "h.test" { route one POST "/one" body schema "./b.json" }\npermit p on s.one to anyone when body.a.size() > 1',
    'b.json': JSON.stringify({
      $id: 'https://x.test/a',
      title: text,
      description: text,
      type: 'object',
      properties: {
        a: { type: 'string', description: text },
        [text]: { type: 'string' },
        e: { enum: [text, 'b'] },
        c: { const: text },
      },
      required: ['a', text],
      patternProperties: { '^x-': { type: 'integer' } },
    }),
  }),
  'an OpenAPI document': (_, text) => ({
    'policy.iap': 'service s at "h.test" from openapi "./api.json" {}\npermit p on s.* to anyone',
    'api.json': JSON.stringify({
      openapi: '3.1.0',
      info: { title: text, version: text },
      servers: [{ url: '/', description: text }],
      paths: {
        '/a/{x}': {
          get: {
            operationId: 'one',
            summary: text,
            tags: [text],
            parameters: [
              { name: 'x', in: 'path', required: true, schema: { type: 'string' } },
              { name: text, in: 'query', schema: { type: 'string', enum: [text, 'b'] } },
            ],
            responses: { 200: { description: text } },
          },
        },
        [`/b/${text}`]: { get: { operationId: 'two', responses: { 200: { description: text } } } },
      },
    }),
  }),
}

/** Each text in every fourth slot; with IAP_FULL=1 in all. */
const EVERY = process.env.IAP_FULL === '1' ? 1 : 4

describe.each(Object.keys(SLOTS).map((slot, at) => ({ slot, at })))('$slot', ({ slot, at }) => {
  const texts = TEXTS.filter((_, text) => (text + at) % EVERY === 0)

  test('is inert, or refused with a place', () => {
    const outcomes = { inert: 0, refused: 0 }
    for (const text of texts) {
      const files = SLOTS[slot]?.(quoted(text), text) ?? ''
      try {
        outcomes[tryPolicy(typeof files === 'string' ? { 'policy.iap': files } : files).kind] += 1
      } catch (error) {
        throw new Error(`${JSON.stringify(text)}: ${error instanceof Error ? error.message : error}`, { cause: error })
      }
    }
    expect(outcomes.inert + outcomes.refused).toBe(texts.length)
    // Otherwise the slot would try nothing but the parser.
    if (!ONLY_REFUSED.has(slot)) expect(outcomes.inert).toBeGreaterThan(0)
  })
})

/** Where no text of these can stand. */
const ONLY_REFUSED: ReadonlySet<string> = new Set(['a zone', 'a method', 'an import', 'between words, as it stands', 'a host'])
