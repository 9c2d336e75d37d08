/** Queries, bodies, requirements, headers and shadow rules of a policy, at the real proxy. */
import type { IncomingHttpHeaders } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawClient, type RawResponse } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { eventually } from '../support/until.ts'

const POLICY = `
identity user via jwt { sub: string, groups: set<string> }
role payer of user when "payers" in caller.groups

type Refund = { amount: int, currency: "EUR" | "USD", reason?: string }

service app at "app.test" {
  route list GET "/list" query { customer: string, page?: int, tag: list<string> }
  route pay POST "/pay" body Refund
  route raw POST "/raw"
  route vault GET "/vault"
  route gold GET "/gold"
}

permit lists on app.list to anyone when query.customer.startsWith("c") && "a" in query.tag
permit raws on app.raw to anyone
permit pays on app.pay to payer
  when body.amount <= 100
  header "x-tier" = body.amount > 10 ? "gold" : "plain"
permit vaults on app.vault to user require mfa within 10m
permit golds on app.gold to user require acr "gold" | "platinum"
forbid usd on app.pay to payer when body.currency == "USD" because "Euros only."
shadow forbid later on app.raw when "x-old" in request.headers
`

interface Seen {
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: string
}

let upstream: TestUpstream
let app: TestProxy
let seen: Seen[] = []

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { url, headers, rawHeaders } = request
      seen.push({ url, headers, rawHeaders, body: Buffer.concat(chunks).toString() })
      response.end('done')
    })
  })
  app = await startTestProxy([upstream.origin], { policy: POLICY, limits: { body: 1000, linger: 300 } })
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

async function ask(head: string, lines: readonly string[] = [], body = ''): Promise<RawResponse> {
  seen = []
  const c = new RawClient(app.port)
  const length =
    body === '' || lines.some((line) => /^transfer-encoding/i.test(line)) ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]
  c.send(`${head} HTTP/1.1\nHost: app.test\n${[...lines, ...length].map((line) => `${line}\n`).join('')}\n`)
  c.socket.write(body)
  const response = await c.response()
  c.close()
  return response
}

const as = (claims = {}) => `Authorization: ${app.bearer(claims)}`
const payer = () => as({ groups: ['payers'] })
const JSON_TYPE = 'Content-Type: application/json'
const outcome = ({ status, get }: RawResponse) => [status, get('x-iap-error') ?? null]
const recorded = async (response: RawResponse) => await app.record(response.get('x-iap-request-id'))

describe('a query that the route declares', () => {
  test('decides, and goes on byte for byte', async () => {
    const response = await ask('GET /list?customer=c+1&x=%C3%A9&tag=b&tag=%61')
    expect(outcome(response)).toEqual([200, null])
    expect(seen[0]?.url).toBe('/list?customer=c+1&x=%C3%A9&tag=b&tag=%61')
    expect(outcome(await ask('GET /list?customer=x&tag=a'))).toEqual([403, 'denied'])
  })

  test.each([
    '',
    '?customer=c&customer=c',
    '?customer=c&Customer=d',
    '?customer=c&customer[]=d',
    '?customer=c&page=1.0',
    '?customer=c&page=01',
    '?customer=%ff',
    '?customer=c&x=1;customer=d',
  ])('is refused where it does not fit: %j', async (query) => {
    const response = await ask(`GET /list${query}`)
    expect(outcome(response)).toEqual([400, 'query'])
    expect(seen).toEqual([])
    const record = await recorded(response)
    expect(record).toMatchObject({ effect: 'reject', route: 'app.list', code: 'query' })
    expect(JSON.stringify(record)).not.toContain('customer=')
  })

  test('is nobody else’s business', async () => {
    expect(outcome(await ask('POST /raw?customer=1&customer=2&%ff'))).toEqual([200, null])
  })
})

describe('a body that the route declares', () => {
  test.each([
    ['with a length', (body: string) => ask('POST /pay', [payer(), JSON_TYPE], body)],
    [
      'in chunks',
      (body: string) => {
        const chunks = [body.slice(0, 5), body.slice(5)].map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
        return ask('POST /pay', [payer(), JSON_TYPE, 'Transfer-Encoding: chunked'], `${chunks.join('')}0\r\n\r\n`)
      },
    ],
  ])('%s decides, and goes on byte for byte', async (_, send) => {
    const body = '{ "amount" : 1.0e1,\n"currency":"EUR" }'
    const response = await send(body)
    expect(outcome(response)).toEqual([200, null])
    expect(seen[0]?.body).toBe(body)
    expect(seen[0]?.headers).toMatchObject({ 'content-length': String(body.length), 'x-tier': 'plain' })
    expect(seen[0]?.headers).not.toHaveProperty('transfer-encoding')
  })

  test('sets headers, and takes them from whoever sends them, on every route of the service', async () => {
    const forged = ['X-Tier: forged', 'x_tier: forged', 'X.TIER: forged']
    await ask('POST /pay', [payer(), JSON_TYPE, ...forged], '{"amount":99,"currency":"EUR"}')
    expect(seen[0]?.headers['x-tier']).toBe('gold')
    expect(seen[0]?.rawHeaders).not.toContain('forged')
    const [record] = (await app.audit(1, '/pay')).slice(-1)
    expect(record).toMatchObject({ obligations: { headers: ['x-tier'], limits: [] } })
    const other = await ask('POST /raw', forged)
    expect(outcome(other)).toEqual([200, null])
    expect(seen[0]?.rawHeaders).not.toContain('forged')
  })

  test.each([
    ['of no type', [], '{"amount":1,"currency":"EUR"}', 415, 'body-type'],
    ['of another type', ['Content-Type: text/plain'], '{"amount":1,"currency":"EUR"}', 415, 'body-type'],
    ['in another charset', ['Content-Type: application/json; charset=utf-7'], '{"amount":1,"currency":"EUR"}', 415, 'body-type'],
    ['in a coding', [JSON_TYPE, 'Content-Encoding: gzip'], '{"amount":1,"currency":"EUR"}', 415, 'body-type'],
    ['that is not there', [JSON_TYPE], '', 400, 'body'],
    ['that is no JSON', [JSON_TYPE], '{"amount":1,', 400, 'body'],
    ['with a name twice', [JSON_TYPE], '{"amount":1,"amount":999,"currency":"EUR"}', 400, 'body'],
    ['with a name twice, once escaped', [JSON_TYPE], '{"amount":1,"am\\u006funt":999,"currency":"EUR"}', 400, 'body'],
    ['that is too deep', [JSON_TYPE], `${'['.repeat(200)}${']'.repeat(200)}`, 400, 'body'],
    ['with a byte order mark', [JSON_TYPE], '\ufeff{"amount":1,"currency":"EUR"}', 400, 'body'],
    ['with a member too many', [JSON_TYPE], '{"amount":1,"currency":"EUR","to":"me"}', 400, 'body'],
    ['with a member that does not fit', [JSON_TYPE], '{"amount":1.5,"currency":"EUR"}', 400, 'body'],
    ['too long', [JSON_TYPE], `{"amount":1,"currency":"EUR","reason":"${'x'.repeat(1000)}"}`, 413, 'body-too-large'],
  ])('%s is refused and never forwarded', async (_, lines, body, status, code) => {
    const response = await ask('POST /pay', [payer(), ...lines], body)
    expect(outcome(response)).toEqual([status, code])
    expect(seen).toEqual([])
    expect(await recorded(response)).toMatchObject({ effect: 'reject', route: 'app.pay', status, code, rules: [] })
  })

  test('that is not UTF-8 is refused', async () => {
    const c = new RawClient(app.port)
    c.send(`POST /pay HTTP/1.1\nHost: app.test\n${payer()}\n${JSON_TYPE}\nContent-Length: 4\n\n`)
    c.socket.write(Buffer.from([0x22, 0xff, 0x22, 0x20]))
    expect(outcome(await c.response())).toEqual([400, 'body'])
    c.close()
  })

  test('too long in chunks ends the connection, however much there would be', async () => {
    const c = new RawClient(app.port)
    c.send(`POST /pay HTTP/1.1\nHost: app.test\n${payer()}\n${JSON_TYPE}\nTransfer-Encoding: chunked\n\n`)
    c.socket.write(`800\r\n${' '.repeat(2048)}\r\n`)
    expect(outcome(await c.response())).toEqual([413, 'body-too-large'])
    await eventually(() => (c.closed ? true : undefined))
  })

  test('is not waited for where it does not matter', async () => {
    const c = new RawClient(app.port)
    c.send(`POST /pay HTTP/1.1\nHost: app.test\n${JSON_TYPE}\nContent-Length: 500\n\n`)
    expect(outcome(await c.response())).toEqual([401, 'unauthenticated'])
    c.close()
    const d = new RawClient(app.port)
    d.send(`POST /pay HTTP/1.1\nHost: app.test\n${as()}\nContent-Length: 500\nExpect: 100-continue\n\n`)
    expect(outcome(await d.response())).toEqual([403, 'denied'])
    d.close()
  })

  test('is asked for by a client that waits, before anything is forwarded', async () => {
    seen = []
    const c = new RawClient(app.port)
    const body = '{"amount":1,"currency":"EUR"}'
    c.send(
      `POST /pay HTTP/1.1\nHost: app.test\n${payer()}\n${JSON_TYPE}\nContent-Length: ${body.length}\nExpect: 100-continue\n\n`,
    )
    expect((await c.response()).status).toBe(100)
    expect(seen).toEqual([])
    c.send(body)
    expect((await c.response()).status).toBe(200)
    expect(seen[0]?.body).toBe(body)
    c.close()
  })

  test('decides a forbid that tells why', async () => {
    const response = await ask('POST /pay', [payer(), JSON_TYPE], '{"amount":1,"currency":"USD"}')
    expect(outcome(response)).toEqual([403, 'denied'])
    expect(JSON.parse(response.body)).toMatchObject({ because: 'Euros only.' })
    expect(await recorded(response)).toMatchObject({ effect: 'deny', rules: ['usd'], reason: 'Euros only.' })
  })

  test('that a client breaks off is in the record, and nothing else happens', async () => {
    seen = []
    const c = new RawClient(app.port)
    c.send(`POST /pay HTTP/1.1\nHost: app.test\n${payer()}\n${JSON_TYPE}\nContent-Length: 500\nX-Mark: gone\n\n{"amount"`)
    const underWay = 'http_server_active_requests{http_request_method="POST",url_scheme="http"}'
    await eventually(async () => (await app.metric(underWay)) === 1 || undefined)
    c.close()
    await eventually(async () => {
      const records = await app.audit(1, '/pay')
      return records.some(({ code, effect }) => code === 'request-malformed' && effect === 'reject') ? true : undefined
    })
    expect(seen).toEqual([])
  })

  test('answers one after the other on one connection, whatever became of the one before', async () => {
    seen = []
    const c = new RawClient(app.port)
    for (const [body, status] of [
      ['{"amount":1,"currency":"EUR"}', 200],
      ['{"amount":1}', 400],
      ['{"amount":2,"currency":"EUR"}', 200],
    ] as const) {
      c.send(`POST /pay HTTP/1.1\nHost: app.test\n${payer()}\n${JSON_TYPE}\nContent-Length: ${body.length}\n\n${body}`)
      expect((await c.response()).status).toBe(status)
    }
    expect(seen.map(({ body }) => body)).toEqual(['{"amount":1,"currency":"EUR"}', '{"amount":2,"currency":"EUR"}'])
    c.close()
  })
})

describe('a requirement', () => {
  const now = () => Math.floor(Date.now() / 1000)

  test.each([
    ['a fresh second factor', () => ({ amr: ['pwd', 'mfa'], auth_time: now() - 60 }), 200],
    ['the `acr` mfa', () => ({ acr: 'mfa', auth_time: now() - 60 }), 200],
    ['one that is too old', () => ({ amr: ['mfa'], auth_time: now() - 700 }), 401],
    ['one of which nobody knows when', () => ({ amr: ['mfa'] }), 401],
    ['one in the future', () => ({ amr: ['mfa'], auth_time: now() + 300 }), 401],
    ['a first factor alone', () => ({ amr: ['pwd'], auth_time: now() }), 401],
    [
      'a token just issued to somebody who signed in long ago',
      () => ({ amr: ['mfa'], iat: now(), auth_time: now() - 86_400 }),
      401,
    ],
  ])('%s', async (_, claims, status) => {
    const response = await ask('GET /vault', [as(claims())])
    expect(response.status).toBe(status)
    if (status === 200) return
    expect(response.get('x-iap-error')).toBe('insufficient-authentication')
    expect(response.get('www-authenticate')).toMatch(
      /^Bearer realm="iap", error="insufficient_user_authentication", .*acr_values="mfa", max_age="600"$/,
    )
    expect(await recorded(response)).toMatchObject({
      effect: 'challenge',
      rules: ['vaults'],
      challenge: [{ what: 'mfa', values: [], within: 600_000 }],
      reason: null,
    })
  })

  test('of contexts names them all', async () => {
    const response = await ask('GET /gold', [as({ acr: 'silver' })])
    expect(response.get('www-authenticate')).toContain('acr_values="gold platinum"')
    expect(outcome(await ask('GET /gold', [as({ acr: 'platinum' })]))).toEqual([200, null])
  })

  test('is nothing to somebody who has no token at all', async () => {
    const response = await ask('GET /vault')
    expect(outcome(response)).toEqual([401, 'unauthenticated'])
    expect(response.get('www-authenticate')).toBe('Bearer realm="iap"')
  })
})

test('a shadow rule changes nothing, and stands in the record where it would have', async () => {
  expect(outcome(await ask('POST /raw?old', ['X-Old: 1']))).toEqual([200, null])
  expect(outcome(await ask('POST /raw?new'))).toEqual([200, null])
  const shadows = await eventually(async () => {
    const records = (await app.audit(2, '/raw')).filter(({ query }) => query)
    return records.length >= 3 ? records.slice(-2).map(({ effect, shadow }) => [effect, shadow]) : undefined
  })
  expect(shadows).toEqual([
    ['permit', ['later']],
    ['permit', []],
  ])
})
