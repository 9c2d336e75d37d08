/**
 * What queries, bodies and headers that a policy declares, reads or sets open to attack, class by class, at the real proxy: a request that is one
 * thing to the rule and another to the service, work without bounds, and what a client would have the service believe.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'
import { startUpstream, type Upstream, valuesOf } from './upstream.ts'
import { type Answer, exchange, get, request } from './wire.ts'

const POLICY = `
identity user via jwt { sub: string, groups: set<string>, tier?: string }
role payer of user when "payers" in caller.groups

service app at "app.test" {
  route plain ANY  "/plain/{rest...}"
  route tier  GET  "/tier"
  route list  GET  "/list" query { customer: string, page?: int, tag: list<string> }
  route lines GET  "/lines"
  route pay   POST "/pay"  body { amount: int, note?: string, tags?: list<string> }
  route wide  POST "/wide" body { amount: int, ... }
  route note  POST "/note" body { note: string }
}

permit plain on app.plain to anyone
permit tier on app.tier to user
  header "x-tier" = caller.?tier.orValue("plain")
permit list on app.list to anyone when query.customer == "c" && query.?page.orValue(1) == 1 && query.tag == ["a"]
permit lines on app.lines to anyone when "x-role" in request.headers && request.headers["x-role"] == "reader"
permit pay on app.pay to payer when body.amount <= 100 && body.?tags.optMap(all, all.all(tag, tag != "x")).orValue(true)
permit wide on app.wide to anyone when body.amount <= 100
permit note on app.note to anyone when body.note.matches("^(a+)+$")
`

const BODY_LIMIT = 1_200_000
const REQUEST_TIME = 1_500

let upstream: Upstream
let app: TestProxy

beforeAll(async () => {
  upstream = await startUpstream()
  const limits = { body: BODY_LIMIT, linger: 200, request: REQUEST_TIME, headers: 1_000 }
  app = await startTestProxy([upstream.origin], { policy: POLICY, limits })
})

afterAll(async () => {
  await app?.close()
  upstream?.close()
})

/** Sends, and says what came back: status, code, what the service saw. */
async function ask(bytes: string) {
  upstream.take()
  const answer = await exchange(app.port, bytes)
  const code = /^x-iap-error: (.*)\r$/im.exec(answer.text)?.[1] ?? null
  return { answer, outcome: [answer.status, code], seen: upstream.take() }
}

/** Nothing may reach the service. */
async function expectRefused(bytes: string, status: number, code: string): Promise<Answer> {
  const { answer, outcome, seen } = await ask(bytes)
  expect(outcome, answer.text).toEqual([status, code])
  expect(answer.statuses).toHaveLength(1)
  expect(seen).toEqual([])
  return answer
}

const as = (claims: Readonly<Record<string, unknown>> = {}) => `Authorization: ${app.bearer(claims)}`
const payer = () => as({ groups: ['payers'] })
const JSON_TYPE = 'Content-Type: application/json'
const post = (path: string, lines: readonly string[], body: string) =>
  request(`POST ${path} HTTP/1.1`, [...lines, `Content-Length: ${body.length}`], body)

describe('a header that rules set (oauth2-proxy CVE-2025-64484, Traefik CVE-2026-88011, Caddy GHSA-7r4p)', () => {
  const spellings = [
    'X-Tier',
    'x-tier',
    'X_Tier',
    'x.tier',
    'X--Tier',
    'X-Tier-',
    '-X-Tier',
    '_X_TIER_',
    'X~Tier',
    'X!Tier',
    "X'Tier",
  ]
  const more = ['X|Tier', 'X`Tier', 'X^Tier', 'X$Tier', 'X%Tier', 'X&Tier', 'X#Tier', 'X*Tier', 'X+Tier', '..x..tier..']

  test.each([...spellings, ...more])('is taken from whoever sends it: %s', async (name) => {
    const { outcome, seen } = await ask(get('/plain/a', `${name}: forged`))
    expect(outcome).toEqual([200, null])
    expect(valuesOf(seen[0] as never, 'x-tier')).toEqual([])
    expect(seen[0]?.rawHeaders.join('\n')).not.toContain('forged')
  })

  test('in two lines, in a trailer, and on every route of the service', async () => {
    const chunks = ['Transfer-Encoding: chunked', 'Trailer: x-tier', 'X-Tier: forged', 'x_tier: forged']
    const { seen } = await ask(
      request('POST /plain/chunks HTTP/1.1', chunks, '2\r\nhi\r\n0\r\nX-Tier: forged\r\nx_tier: forged\r\n\r\n'),
    )
    expect(seen[0]?.body).toBe('hi')
    expect(seen[0]?.rawHeaders.join('\n')).not.toContain('forged')
    const [record] = await app.audit(1, '/plain/chunks')
    expect([...(record?.strippedHeaders ?? [])].sort()).toEqual(['x-tier', 'x_tier'])
  })

  test.each([
    ['X-Tier: forged'],
    ['x_tier: forged', 'X.Tier: forged'],
    ['Connection: close, x-tier'],
    ['Connection: close, x-tier', 'X-Tier: forged'],
  ])('arrives once, as the rule says: %s', async (...lines) => {
    const { outcome, seen } = await ask(get('/tier', as({ tier: 'gold' }), ...lines))
    expect(outcome).toEqual([200, null])
    expect(valuesOf(seen[0] as never, 'x-tier')).toEqual(['gold'])
  })

  test.each([
    'gold\r\nX-Admin: 1',
    'gold\nX-Admin: 1',
    ' gold',
    'gold ',
    'g\u00f6ld',
    'gold\u0000',
    '\t',
    'gold\u007f',
    '\ud83d\ude00',
  ])('is never sent with %j in it: the permit errs', async (tier) => {
    await expectRefused(get('/tier', as({ tier })), 403, 'denied')
  })
})

describe('a header that rules read', () => {
  test.each([
    ['two lines', ['X-Role: reader', 'X-Role: admin']],
    ['two equal lines', ['X-Role: reader', 'X-Role: reader']],
    ['another spelling beside it', ['X-Role: reader', 'X_Role: admin']],
    ['another spelling alone', ['X.Role: reader']],
  ])('in %s is refused', async (_, lines) => {
    await expectRefused(get('/lines', ...lines), 400, 'header-repeated')
  })

  test('is what the service gets: what Connection takes away, neither sees', async () => {
    await expectRefused(get('/lines', 'X-Role: reader', 'Connection: close, x-role'), 403, 'denied')
    await expectRefused(get('/lines', 'X-Role: reader, admin'), 403, 'denied')
    const { seen } = await ask(get('/lines', 'X-Role:   reader  '))
    expect(valuesOf(seen[0] as never, 'x-role')).toEqual(['reader'])
  })
})

describe('a query that the rule reads otherwise than the service (oauth2-proxy CVE-2025-54576)', () => {
  const fine = 'customer=c&tag=a'

  test('is forwarded as it came where there is one reading', async () => {
    for (const query of [
      `?${fine}`,
      `?${fine}&page=1`,
      '?%63ustomer=%63&tag=a&customers=x&x[customer]=y&&',
      `?${fine}&__proto__[page]=2&constructor=3`,
    ]) {
      const { outcome, seen } = await ask(get(`/list${query}`))
      expect([query, outcome]).toEqual([query, [200, null]])
      expect(seen[0]?.url).toBe(`/list${query}`)
    }
  })

  test.each([
    // Twice.
    'customer=d',
    '%63ustomer=d',
    'customer',
    // To those who do not tell case.
    'Customer=d',
    'CUSTOMER=d',
    'cu%C5%BFtomer=d',
    'PAGE=2',
    // To PHP, Rack, qs.
    'customer[]=d',
    'customer%5B%5D=d',
    'customer[0]=d',
    'customer[=d',
    '[customer]=d',
    '[page]=2',
    'page[]=2',
    '%20customer=d',
    '+page=2',
    'page%00=2',
    'page%00x=2',
    'page+=2',
    'TAG[]=b',
    '%5btag%5d=b',
    // To those who part it at `;`.
    'x=1;customer=d',
    'x;page=2',
    'x=1;[page]=2',
    // Not what is declared.
    'page=%31%00',
    'page=1.0',
    'page=01',
    'page=+1',
    'page=0x1',
    'page=',
    'page=9007199254740992',
    // Not UTF-8.
    'x=%ff',
    'x=%c0%ae',
    '%ed%a0%80=1',
  ])('%s', async (part) => {
    await expectRefused(get(`/list?${fine}&${part}`), 400, 'query')
  })

  test('a list is all its values, in order', async () => {
    for (const query of ['tag=a&tag=b', 'tag=b&tag=a', 'tag=a&tag=a', 'tag=a,b', '']) {
      const { outcome } = await ask(get(`/list?customer=c&${query}`))
      expect([query, outcome]).toEqual([query, [403, 'denied']])
    }
  })
})

describe('a body that the rule reads otherwise than the service', () => {
  const fine = '{"amount":1}'

  test.each<[string, readonly string[], string, number, string]>([
    ['two types', [JSON_TYPE, 'Content-Type: text/plain'], fine, 400, 'header-repeated'],
    ['two equal types', [JSON_TYPE, JSON_TYPE], fine, 400, 'header-repeated'],
    ['a type in another spelling', ['Content_Type: application/json'], fine, 400, 'header-repeated'],
    ['a list of types', ['Content-Type: application/json, text/plain'], fine, 415, 'body-type'],
    ['a form', ['Content-Type: application/x-www-form-urlencoded'], fine, 415, 'body-type'],
    ['a multipart', ['Content-Type: multipart/form-data; boundary=x'], fine, 415, 'body-type'],
    ['JSON lines', ['Content-Type: application/jsonl'], fine, 415, 'body-type'],
    ['no type', [], fine, 415, 'body-type'],
    ['UTF-16', ['Content-Type: application/json; charset=utf-16'], fine, 415, 'body-type'],
    ['UTF-7', ['Content-Type: application/json;charset="utf-7"'], fine, 415, 'body-type'],
    ['two charsets', ['Content-Type: application/json; charset=utf-8; charset=utf-7'], fine, 415, 'body-type'],
    ['gzip', [JSON_TYPE, 'Content-Encoding: gzip'], '\u001f\u008b\u0008', 415, 'body-type'],
    ['a list of codings', [JSON_TYPE, 'Content-Encoding: identity, gzip'], fine, 415, 'body-type'],
    ['two codings', [JSON_TYPE, 'Content-Encoding: identity', 'Content-Encoding: gzip'], fine, 415, 'body-type'],
    ['a coding in another spelling', [JSON_TYPE, 'Content_Encoding: gzip'], fine, 415, 'body-type'],
    ['a transfer coding', [JSON_TYPE, 'Transfer-Encoding: gzip, chunked'], fine, 400, 'request-malformed'],
    ['a name twice', [JSON_TYPE], '{"amount":1,"amount":1000}', 400, 'body'],
    ['a name twice, once escaped', [JSON_TYPE], '{"amount":1000,"\\u0061mount":1}', 400, 'body'],
    ['a name in another case', [JSON_TYPE], '{"amount":1,"Amount":1000}', 400, 'body'],
    ['a name that begins alike, to C', [JSON_TYPE], '{"amount":1,"amount\\u0000x":1000}', 400, 'body'],
    ['two values', [JSON_TYPE], `${fine}{"amount":1000}`, 400, 'body'],
    ['a NUL behind it', [JSON_TYPE], `${fine}\u0000`, 400, 'body'],
    ['a comment', [JSON_TYPE], '{"amount":1/*,"amount":1000*/}', 400, 'body'],
    ['a trailing comma', [JSON_TYPE], '{"amount":1,}', 400, 'body'],
    ['a byte order mark', [JSON_TYPE], `\u00ef\u00bb\u00bf${fine}`, 400, 'body'],
    ['UTF-16 without saying so', [JSON_TYPE], [...fine].map((c) => `${c}\u0000`).join(''), 400, 'body'],
    ['a byte that is not UTF-8', [JSON_TYPE], '{"amount":1,"note":"\u00ff"}', 400, 'body'],
    ['an overlong quote', [JSON_TYPE], '{"amount":1,"note":"\u00c0\u00a2"}', 400, 'body'],
    ['half of a surrogate pair', [JSON_TYPE], '{"amount":1,"note":"\\ud800"}', 400, 'body'],
    ['a number beyond what all agree on', [JSON_TYPE], '{"amount":-9007199254740993}', 400, 'body'],
    ['a number that is infinite', [JSON_TYPE], '{"amount":-1e999}', 400, 'body'],
    ['NaN', [JSON_TYPE], '{"amount":NaN}', 400, 'body'],
    ['a text for a number', [JSON_TYPE], '{"amount":"1"}', 400, 'body'],
    ['65 levels', [JSON_TYPE], '['.repeat(65) + ']'.repeat(65), 400, 'body'],
    ['a hundred thousand levels', [JSON_TYPE], '['.repeat(100_000), 400, 'body'],
    ['a list where an object is wanted', [JSON_TYPE], `[${fine}]`, 400, 'body'],
    ['a member of all objects', [JSON_TYPE], '{"amount":1,"constructor":1}', 400, 'body'],
    ['a prototype', [JSON_TYPE], '{"__proto__":{"amount":1}}', 400, 'body'],
    ['a prototype beside it', [JSON_TYPE], '{"amount":1,"__proto__":{"amount":1000}}', 400, 'body'],
  ])('%s', async (_, lines, body, status, code) => {
    const bytes = lines.some((line) => line.startsWith('Transfer-Encoding'))
      ? request('POST /pay HTTP/1.1', [payer(), ...lines, 'Content-Length: 5'], body)
      : post('/pay', [payer(), ...lines], body)
    await expectRefused(bytes, status, code)
  })

  test('is one where framing says so: chunks with extensions and trailers go on as what they hold', async () => {
    const lines = [payer(), JSON_TYPE, 'Transfer-Encoding: chunked', 'Trailer: x-tier']
    const chunks = `6;a="}"\r\n{"amou\r\n7\r\nnt": 1}\r\n0\r\nX-Tier: forged\r\nContent-Type: text/plain\r\n\r\n`
    const { outcome, seen } = await ask(request('POST /pay HTTP/1.1', lines, chunks))
    expect(outcome).toEqual([200, null])
    expect(seen).toHaveLength(1)
    expect(seen[0]?.body).toBe('{"amount": 1}')
    expect(valuesOf(seen[0] as never, 'content-length')).toEqual(['13'])
    expect(seen[0]?.rawHeaders.join('\n')).not.toMatch(/forged|text\/plain/)
  })
})

describe('objects of JavaScript', () => {
  test('get no members from bodies, claims or queries', async () => {
    const polluting = '{"amount":1,"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'
    const { outcome, seen } = await ask(post('/wide', [JSON_TYPE], polluting))
    expect(outcome).toEqual([200, null])
    expect(seen[0]?.body).toBe(polluting)
    await expectRefused(post('/wide', [JSON_TYPE], '{"__proto__":{"amount":1}}'), 400, 'body')
    // A claim that stands in a prototype is not there.
    const claims = JSON.parse('{"__proto__":{"groups":["payers"],"polluted":1}}') as Record<string, unknown>
    await expectRefused(get('/tier', as({ ...claims, groups: undefined })), 401, 'claims')
    await expectRefused(post('/pay', [as(claims), JSON_TYPE], '{"amount":1}'), 403, 'denied')
    await ask(get('/list?customer=c&tag=a&__proto__[polluted]=1&constructor[prototype][polluted]=1'))
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('work is bounded', () => {
  test('a body that cannot matter is not read, however long it says it is', async () => {
    for (const lines of [[JSON_TYPE], ['Content-Type: text/plain'], [JSON_TYPE, 'Expect: 100-continue']]) {
      const { answer, outcome } = await ask(request('POST /pay HTTP/1.1', [as(), ...lines, 'Content-Length: 99999999999']))
      expect(outcome).toEqual([403, 'denied'])
      expect(answer.statuses).toEqual([403])
    }
  })

  test('one that is too long is not begun, nor waited for', async () => {
    for (const lines of [[], ['Expect: 100-continue']]) {
      const head = [payer(), JSON_TYPE, ...lines, `Content-Length: ${BODY_LIMIT + 1}`]
      const { answer, outcome } = await ask(request('POST /pay HTTP/1.1', head))
      expect(outcome).toEqual([413, 'body-too-large'])
      expect(answer.statuses).toEqual([413])
      expect(answer.closed).toBe(true)
    }
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`
    const { outcome } = await ask(
      request('POST /pay HTTP/1.1', [payer(), JSON_TYPE, 'Transfer-Encoding: chunked'], chunk.repeat(30)),
    )
    expect(outcome).toEqual([413, 'body-too-large'])
  })

  test('one that comes byte by byte is given up', async () => {
    upstream.take()
    const bytes = post('/pay', [payer(), JSON_TYPE, 'X-Slow: 1'], `{"amount":1${' '.repeat(500)}}`)
    const head = bytes.indexOf('\r\n\r\n') + 4
    // The head at once, the body slowly.
    const answer = await exchange(app.port, bytes.slice(0, head), { slowly: bytes.slice(head), perByte: 50 })
    expect([answer.statuses, answer.closed]).toEqual([[408], true])
    expect(upstream.take()).toEqual([])
    const record = await eventually(async () => (await app.audit(1, '/pay')).find(({ code }) => code === 'request-timeout'))
    expect(record).toMatchObject({ effect: 'reject', route: 'app.pay', status: 408, rules: [] })
  })

  test.each<[string, string, string, number]>([
    ['an expression that others take for ever with', '/note', `{"note":"${'a'.repeat(1_000_000)}!"}`, 403],
    ['one that it fits', '/note', `{"note":"${'a'.repeat(1_000_000)}"}`, 200],
    ['members without number', '/wide', `{"amount":1,${Array.from({ length: 80_000 }, (_, at) => `"n${at}":0`).join()}}`, 200],
    [
      'names that are numbers',
      '/wide',
      `{"amount":1,${Array.from({ length: 80_000 }, (_, at) => `"${at * 64}":0`).join()}}`,
      200,
    ],
    [
      'lists in lists',
      '/wide',
      `{"amount":1,"x":[${Array.from({ length: 7_000 }, () => '['.repeat(61) + ']'.repeat(61)).join()}]}`,
      200,
    ],
    ['digits', '/wide', `{"amount":1,"x":${'1'.repeat(1_000_000)}}`, 200],
    [
      'a name twice at the very end',
      '/wide',
      `{"amount":1,${Array.from({ length: 80_000 }, (_, at) => `"n${at}":0`).join()},"n0":1}`,
      400,
    ],
  ])('a megabyte of %s is answered, and does not hang', async (_, path, body, status) => {
    const { outcome } = await ask(post(path, [JSON_TYPE], body))
    expect(outcome[0]).toBe(status)
  })

  test('lists that rules go through are short', async () => {
    const tags = (count: number) => `{"amount":1,"tags":[${Array.from({ length: count }, () => '"a"').join()}]}`
    expect((await ask(post('/pay', [payer(), JSON_TYPE], tags(1_000)))).outcome).toEqual([200, null])
    await expectRefused(post('/pay', [payer(), JSON_TYPE], tags(1_001)), 400, 'body')
    await expectRefused(post('/pay', [payer(), JSON_TYPE], tags(200_000)), 400, 'body')
  })
})
