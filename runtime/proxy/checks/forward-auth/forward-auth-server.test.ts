import { describe, expect, test } from 'vitest'
import { nobodyLike } from '../../../../tests/support/facts.ts'
import { nobody, outcome, policyWith } from '../../../../tests/support/fake-proxy.ts'
import { FORWARDED, forwardAuthListeners, NGINX, OWN, sendCheck as send } from '../../../../tests/support/forward-auth.ts'
import type { RawClient } from '../../../../tests/support/raw-client.ts'
import { until } from '../../../../tests/support/until.ts'
import { KeyRing, newSecret } from '../../../identity/sessions/index.ts'
import type { ProxyContext } from '../../proxy-context.ts'

const { open, records } = forwardAuthListeners()

const CREDENTIALS = 'Cookie: a=1; __Host-iap-session=x\nAuthorization: Bearer t\nX-Iap-Assertion: forged\n'

describe('a permit', () => {
  test('has the headers for the service, and the credentials that it may see', async () => {
    const answer = await send(await open(), `GET /ask HTTP/1.1\n${NGINX}${CREDENTIALS}`)
    expect(answer.status).toBe(200)
    expect(answer.get('x-iap-assertion')).toBe('signed')
    expect(answer.get('cookie')).toBe('a=1')
    expect(answer.get('authorization')).toBe('Bearer t')
    expect(answer.get('x-iap-request-id')).toBe(records[0]?.requestId)
    expect(records).toMatchObject([
      { status: 200, effect: 'permit', host: 'app.test', rawPath: '/a', source: '192.0.2.7', method: 'GET', complete: true },
    ])
  })

  test('lacks a cookie line that had the proxy’s cookies alone', async () => {
    const answer = await send(await open(), `GET / HTTP/1.1\n${NGINX}Cookie: __Host-iap-session=x\n`)
    expect([answer.get('cookie'), answer.get('x-iap-remove')]).toEqual([undefined, 'cookie'])
  })

  test('names for Envoy what to remove, and repeats no credential', async () => {
    const client = await open({ options: { original: 'request-line' } })
    const answer = await send(client, `GET /a HTTP/1.1\n${OWN}${CREDENTIALS}X-Iap-Other: x\nX-Original-URL: /b\n`)
    const removed = answer.get('x-envoy-auth-headers-to-remove')?.split(', ')
    expect(removed).toEqual(expect.arrayContaining(['x-iap-other', 'x-original-url', 'remote-user']))
    expect([answer.get('cookie'), answer.get('authorization')]).toEqual(['a=1', undefined])
  })

  test('is in the same form for each check of a connection', async () => {
    const client = await open()
    client.send(`GET / HTTP/1.1\n${NGINX}\n`.repeat(3))
    for (let i = 0; i < 3; i++) expect((await client.response()).status).toBe(200)
    expect(records).toHaveLength(3)
  })
})

describe('a refusal', () => {
  test.each([
    ['deny', 403, 'denied'],
    ['unauthenticated', 401, 'unauthenticated'],
    ['challenge', 401, 'insufficient-authentication'],
  ] as const)('%s is the response itself for fronts that pass it on', async (effect, status, code) => {
    for (const [original, head] of [
      ['x-forwarded', FORWARDED],
      ['request-line', OWN],
    ] as const) {
      const answer = await send(await open({ effect, options: { original } }), `GET /a HTTP/1.1\n${head}`)
      expect([answer.status, answer.get('x-iap-error'), JSON.parse(answer.body).code]).toEqual([status, code, code])
      expect(answer.get('www-authenticate') !== undefined).toBe(status === 401)
    }
  })

  test.each([
    ['deny', 403, 403],
    ['unauthenticated', 401, 401],
    ['challenge', 401, 401],
  ] as const)('%s is 401 or 403 for nginx, which then gets the response', async (effect, status, real) => {
    const client = await open({ effect })
    const first = await send(client, `GET /ask HTTP/1.1\n${NGINX}Accept: text/html\n`)
    expect([first.status, first.body, first.get('www-authenticate')]).toEqual([status, '', undefined])
    const sealed = first.get('x-iap-refusal') ?? ''
    expect(sealed.length).toBeLessThan(2000)
    // Any process with the keys.
    const second = await send(await open(), `GET /.iap/refusal?x HTTP/1.1\n${NGINX}X-Iap-Refusal: ${sealed}\n`)
    expect([second.status, second.get('content-type')]).toEqual([real, 'text/html; charset=utf-8'])
    expect(second.body).toContain(`<code class="request-id">${first.get('x-iap-request-id')}</code>`)
    expect(second.get('www-authenticate') !== undefined).toBe(real === 401)
    expect(records).toHaveLength(1)
  })

  test('with a status of success is none for the front', async () => {
    const grpc = 'Content-Type: application/grpc\n'
    const posted = NGINX.replace('GET', 'POST')
    const other = await send(
      await open({ effect: 'deny', options: { original: 'x-forwarded' } }),
      `GET / HTTP/1.1\n${FORWARDED.replace('GET', 'POST')}${grpc}`,
    )
    expect([other.status, other.get('grpc-status')]).toEqual([403, '7'])
    const client = await open({ effect: 'deny' })
    const first = await send(client, `GET / HTTP/1.1\n${posted}${grpc}`)
    expect([first.status, first.get('grpc-status')]).toEqual([403, undefined])
    const second = await send(client, `GET /.iap/refusal HTTP/1.1\n${posted}X-Iap-Refusal: ${first.get('x-iap-refusal')}\n`)
    expect([second.status, second.get('grpc-status')]).toEqual([200, '7'])
  })

  test('of a HEAD request has the length of what is sent', async () => {
    const head = FORWARDED.replace('Method: GET', 'Method: HEAD')
    const client = await open({ effect: 'deny', options: { original: 'x-forwarded' } })
    expect((await send(client, `GET / HTTP/1.1\n${head}`)).get('content-length')).toBe('0')
    expect((await send(client, `GET / HTTP/1.1\n${FORWARDED}`)).status).toBe(403)
  })
})

describe('a body for which there is no memory', () => {
  const counts = { connections: 0, checkConnections: 0, checkBytes: 2 ** 40, stalled: 0 }
  const ask = async (hasBody: boolean, effect: 'permit' | 'deny' = 'permit') => {
    const policy = policyWith([outcome(effect)], () => 0, { hasBody, early: () => (effect === 'deny' ? 0 : -1) })
    const client = await open({ options: { original: 'x-forwarded' }, proxy: { counts, policies: { current: policy } } })
    const head = FORWARDED.replace('Method: GET', 'Method: POST')
    client.send(`POST / HTTP/1.1\n${head}Content-Type: application/json\nContent-Length: 2\n\n{}`)
    return await client.response()
  }

  test('is overload, if a rule reads it', async () => {
    const answer = await ask(true)
    expect([answer.status, answer.get('x-iap-error'), answer.get('retry-after')]).toEqual([503, 'overloaded', '1'])
    await until(() => records.length > 0)
    expect(records).toMatchObject([{ effect: 'reject', code: 'overloaded', detail: 'memory' }])
  })

  test('does not matter, if no rule reads it, or the decision is made before', async () => {
    expect((await ask(false)).status).toBe(200)
    expect((await ask(true, 'deny')).status).toBe(403)
  })
})

describe('the second request', () => {
  async function sealed(): Promise<[RawClient, string]> {
    const client = await open({ effect: 'deny' })
    return [client, (await send(client, `GET / HTTP/1.1\n${NGINX}`)).get('x-iap-refusal') ?? '']
  }

  const second = (client: RawClient, lines: string) => send(client, `GET /.iap/refusal HTTP/1.1\n${lines}`)

  test.each<[string, (head: string, text: string) => string]>([
    ['without a refusal', (head) => head],
    ['with an empty one', (head) => `${head}X-Iap-Refusal:\n`],
    ['with another', (head, text) => `${head}X-Iap-Refusal: ${text.slice(0, -2)}AA\n`],
    ['with one that is too long', (head, text) => `${head}X-Iap-Refusal: ${text.repeat(8)}\n`],
    ['with two', (head, text) => `${head}X-Iap-Refusal: ${text}\nX-Iap-Refusal: ${text}\n`],
    ['for another URL', (head, text) => `${head.replace('/a?', '/b?')}X-Iap-Refusal: ${text}\n`],
    ['for another host', (head, text) => `${head.replace('app.test', 'other.test')}X-Iap-Refusal: ${text}\n`],
    ['for another method', (head, text) => `${head.replace('GET', 'POST')}X-Iap-Refusal: ${text}\n`],
    ['for another scheme', (head, text) => `${head.replace('https:', 'http:')}X-Iap-Refusal: ${text}\n`],
    ['for another client', (head, text) => `${head.replace('192.0.2.7', '192.0.2.8')}X-Iap-Refusal: ${text}\n`],
    ['without the original request', (_, text) => `Host: iap\nX-Iap-Refusal: ${text}\n`],
  ])('%s gets 403', async (_, lines) => {
    const [client, text] = await sealed()
    const answer = await second(client, lines(NGINX, text))
    expect([answer.status, answer.body]).toEqual([403, 'check-refused\n'])
    expect(records).toHaveLength(1)
  })

  test('gets 403 after ten seconds, and from processes with other keys', async () => {
    let now = Date.now()
    const client = await open({ effect: 'deny', proxy: { clock: () => now } })
    const text = (await send(client, `GET / HTTP/1.1\n${NGINX}`)).get('x-iap-refusal')
    const lines = `${NGINX}X-Iap-Refusal: ${text}\n`
    expect((await second(client, lines)).body).toContain('denied')
    now += 10_001
    expect((await second(client, lines)).body).toBe('check-refused\n')
    expect((await second(await open({ options: { keys: new KeyRing([newSecret()]) } }), lines)).body).toBe('check-refused\n')
  })

  test('is a check like others for other fronts, of a path that belongs to the proxy', async () => {
    const answer = await send(await open({ options: { original: 'request-line' } }), `GET /.iap/refusal HTTP/1.1\n${OWN}`)
    expect([answer.status, records[0]?.path]).toEqual([404, '/.iap/refusal'])
  })
})

describe('a check that states no original request', () => {
  test.each([
    ['x-original', NGINX, FORWARDED],
    ['x-forwarded', FORWARDED, NGINX],
    ['request-line', OWN, 'X-Forwarded-For: 192.0.2.7\nX-Forwarded-Proto: https\n'],
  ] as const)('%s: 400 with a code, and a record', async (original, whole, other) => {
    const client = await open({ options: { original } })
    const repeated = whole.replace(/(X-Forwarded-For: .*\n)/, '$1$1')
    for (const [head, code] of [
      [other, 'check-header-missing'],
      [repeated, 'check-header-repeated'],
    ] as const) {
      records.length = 0
      const answer = await send(client, `GET /a HTTP/1.1\n${head}`)
      expect([answer.status, answer.get('x-iap-error'), answer.get('x-iap-refusal')]).toEqual([400, code, undefined])
      expect(records).toMatchObject([{ effect: 'reject', code, status: 400, path: null, source: '127.0.0.1' }])
    }
  })

  test.each([
    ['Host: a,b', FORWARDED.replace('Host: app.test', 'Host: a,b'), 'host-invalid'],
    ['a list of schemes', FORWARDED.replace('https', 'https, http'), 'check-header-invalid'],
    ['a whole URL', FORWARDED.replace('Uri: /a', 'Uri: https://app.test/a'), 'target-form'],
    ['no address', FORWARDED.replace('192.0.2.7', 'unknown'), 'source-address'],
    ['no method', FORWARDED.replace('Method: GET', 'Method:'), 'method-invalid'],
    ['CONNECT', FORWARDED.replace('Method: GET', 'Method: CONNECT'), 'method-not-allowed'],
    ['dot segments', FORWARDED.replace('/a', '/a/../b'), 'dot-segment'],
    ['an encoded slash', FORWARDED.replace('/a', '/a%2Fb'), 'encoded-slash'],
    ['two slashes', FORWARDED.replace('/a', '//a'), 'empty-segment'],
  ])('%s is refused', async (_, head, code) => {
    const answer = await send(await open({ options: { original: 'x-forwarded' } }), `GET / HTTP/1.1\n${head}`)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.get('x-iap-error')).toBe(code)
  })

  test.each(['?', '#', '\\', '@b'])('a host with %j at its end never passes for a part of the path', async (end) => {
    const client = await open()
    const first = await send(client, `GET / HTTP/1.1\n${NGINX.replace('app.test', `app.test${end}`)}`)
    expect([first.status, first.get('x-iap-error')]).toEqual([403, 'host-invalid'])
  })
})

describe('a client', () => {
  const trust = { proxies: [(address: string) => address.startsWith('10.')], header: 'x-forwarded-for' as const }

  test.each([
    ['203.0.113.9, 192.0.2.7', null, '192.0.2.7'],
    ['203.0.113.9, 10.0.0.1', null, '10.0.0.1'],
    ['203.0.113.9, 10.0.0.1', trust, '203.0.113.9'],
    ['203.0.113.9, 192.0.2.7, 10.0.0.2, 10.0.0.1', trust, '192.0.2.7'],
    ['203.0.113.9, 192.0.2.7', trust, '192.0.2.7'],
  ])('X-Forwarded-For: %s', async (value, trusted, source) => {
    const client = await open({ options: { trust: trusted } })
    await send(client, `GET / HTTP/1.1\n${NGINX.replace('192.0.2.7', value)}`)
    expect(records[0]?.source).toBe(source)
  })

  test('whom a trusted proxy does not state is not that proxy', async () => {
    const client = await open({ options: { trust, original: 'x-forwarded' } })
    const answer = await send(client, `GET / HTTP/1.1\n${FORWARDED.replace('192.0.2.7', '10.0.0.1')}`)
    expect([answer.status, answer.get('x-iap-error')]).toEqual([400, 'client-address'])
  })

  test.each([
    ['127.0.0.1', 400],
    ['192.0.2.7, 127.0.0.1', 400],
    ['127.0.0.1, 192.0.2.7', 200],
  ])('X-Forwarded-For: %s of an old Envoy, which appends its own address', async (value, status) => {
    const client = await open({ options: { original: 'request-line' } })
    const answer = await send(client, `GET / HTTP/1.1\n${OWN.replace('192.0.2.7', value)}`)
    expect([answer.status, answer.get('x-iap-error')]).toEqual([status, status === 200 ? undefined : 'check-header-invalid'])
  })
})

describe('a host that ends with a dot', () => {
  test.each([
    ['x-forwarded', 'app.test.', FORWARDED],
    ['x-original', 'app.test.', NGINX],
    ['request-line', 'app.test.', OWN],
    ['x-forwarded', 'app.test.:443', FORWARDED],
    ['x-original', 'app.test.:', NGINX],
  ] as const)('is refused by %s, as fronts and services may know it by another name: %s', async (original, host, lines) => {
    const answer = await send(await open({ options: { original } }), `GET /a HTTP/1.1\n${lines.replace('app.test', host)}`)
    expect([original === 'x-original' ? 403 : 400, 'host-invalid']).toEqual([answer.status, answer.get('x-iap-error')])
    expect(records).toMatchObject([{ status: 400, code: 'host-invalid' }])
  })
})

describe('a page’s origin', () => {
  const trust = { proxies: [(address: string) => address === '10.0.0.1'], header: 'x-forwarded-for' as const }
  const socket = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n'

  test.each([
    ['the scheme of the front', '192.0.2.7', 'https', null],
    ['the scheme of a trusted proxy before the front', '192.0.2.7, 10.0.0.1', 'https', trust],
    ['the scheme of the front, not that of a client', '192.0.2.7', 'https', trust],
  ])('has %s', async (_, addresses, scheme, trusted) => {
    const isBefore = addresses.includes(',')
    const url = isBefore ? NGINX.replace('https:', 'http:') : NGINX
    const head = `GET / HTTP/1.1\n${url.replace('192.0.2.7', addresses)}${socket}X-Forwarded-Proto: ${isBefore ? 'https' : 'http'}\n`
    const client = await open({ options: { trust: trusted } })
    expect((await send(client, `${head}Origin: ${scheme}://app.test\n`)).status).toBe(200)
    expect((await send(client, `${head}Origin: http://app.test\n`)).status).toBe(403)
  })
})

describe('reserved headers', () => {
  test('the front writes a certificate with its chain', async () => {
    const trust = { proxies: [], header: 'x-forwarded-for' as const, certificate: 'client-cert' as const }
    const answer = await send(await open({ options: { trust } }), `GET / HTTP/1.1\n${NGINX}Client-Cert-Chain: x\n`)
    expect([answer.status, answer.get('x-iap-error')]).toEqual([200, undefined])
  })

  test.each(['X-Forwarded-Host', 'X-Original-URI', 'X-Rewrite-URL', 'X-Real-IP', 'Forwarded'])(
    '%s is left to the front, which removes it',
    async (name) => {
      const answer = await send(await open(), `GET / HTTP/1.1\n${NGINX}${name}: x\n`)
      expect([answer.status, answer.get('x-iap-remove')]).toEqual([200, name.toLowerCase()])
    },
  )

  test.each(['Remote-User', 'X-Auth-Request-User', 'X-Forwarded-Email', 'X-Forwarded-Client-Cert', 'X-Iap-Other', 'X_Real_IP'])(
    '%s, which the front may not know, is refused',
    async (name) => {
      for (const [original, head] of [
        ['x-forwarded', FORWARDED],
        ['x-original', NGINX],
      ] as const) {
        const answer = await send(await open({ options: { original } }), `GET / HTTP/1.1\n${head}${name}: x\n`)
        expect(answer.status).toBe(original === 'x-forwarded' ? 400 : 403)
        expect(answer.get('x-iap-error')).toBe('header-reserved')
        expect(records.at(-1)).toMatchObject({ code: 'header-reserved', detail: name.toLowerCase(), status: 400 })
      }
    },
  )

  test('are removed by Envoy, whatever their names', async () => {
    const client = await open({ options: { original: 'request-line' } })
    const answer = await send(client, `GET / HTTP/1.1\n${OWN}Remote-User: x\nX_Real_IP: x\n`)
    expect(answer.status).toBe(200)
    const removed = answer.get('x-envoy-auth-headers-to-remove')?.split(', ')
    expect(removed).toEqual(expect.arrayContaining(['remote-user', 'x_real_ip', 'x-iap-user']))
  })

  test('are only removed if a check has them, by Envoy that sends all', async () => {
    const client = await open({ options: { original: 'request-line', allHeaders: true } })
    const answer = await send(client, `GET / HTTP/1.1\n${OWN}Remote-User: x\nX_Real_IP: x\n`)
    const always = 'proxy-authorization, http2-settings'
    expect([answer.status, answer.get('x-envoy-auth-headers-to-remove')]).toEqual([200, `${always}, remote-user, x_real_ip`])
    expect((await send(client, `GET / HTTP/1.1\n${OWN}`)).get('x-envoy-auth-headers-to-remove')).toBe(always)
  })

  test('are removed by both if a client sends them', async () => {
    const removed = (answer: { get(name: string): string | undefined }) =>
      (answer.get('x-envoy-auth-headers-to-remove') ?? '').split(', ')
    const some = await open({ options: { original: 'request-line' } })
    const names = removed(await send(some, `GET / HTTP/1.1\n${OWN}`))
    const all = await open({ options: { original: 'request-line', allHeaders: true } })
    expect(names.length).toBeGreaterThan(200)
    for (const name of names) expect(removed(await send(all, `GET / HTTP/1.1\n${OWN}${name}: x\n`))).toContain(name)
  })

  test.each([
    ['no proxy is before the front', [], '192.0.2.7', 200],
    ['a trusted proxy is before the front', ['192.0.2.7'], '203.0.113.9, 192.0.2.7', 200],
    ['a client is before the front', ['10.0.0.1'], '192.0.2.7', 400],
  ])('a certificate is not the client’s own if %s', async (_, proxies, addresses, status) => {
    const ranges = proxies.map((each) => (address: string) => address === each)
    const trust = { proxies: ranges, header: 'x-forwarded-for', certificate: 'client-cert' } as const
    const client = await open({ options: { trust, original: 'x-forwarded' } })
    const head = FORWARDED.replace('192.0.2.7', addresses)
    const answer = await send(client, `GET / HTTP/1.1\n${head}Client-Cert: x\n`)
    expect([answer.status, answer.get('x-iap-error')]).toEqual([status, status === 200 ? undefined : 'header-reserved'])
  })
})

describe('a credential in a header of a plug-in', () => {
  const caller = { kind: 'caller', ambient: false, consumed: ['x-token'], identity: 'a', subject: null, facts: nobodyLike }
  const authenticator = { ...nobody, authenticate: () => caller } as unknown as ProxyContext['authenticator']

  test.each([
    ['x-original', NGINX, 403],
    ['x-forwarded', FORWARDED, 400],
    ['request-line', OWN, 200],
  ] as const)('%s: reaches no service', async (original, head, status) => {
    const client = await open({ options: { original }, proxy: { authenticator } })
    const answer = await send(client, `GET /a HTTP/1.1\n${head}X-Token: t\n`)
    expect([answer.status, answer.get('x-iap-error')]).toEqual([status, status === 200 ? undefined : 'header-reserved'])
    if (status === 200) expect(answer.get('x-envoy-auth-headers-to-remove')).toContain('x-token')
    else expect(records[0]).toMatchObject({ code: 'header-reserved', detail: 'x-token' })
  })

  test('is no other spelling of a session cookie’s header', async () => {
    const answer = await send(await open(), `GET /a HTTP/1.1\n${NGINX}X-Cookie: a=1; __Host-iap-session=x\n`)
    expect([answer.status, records[0]?.detail]).toEqual([403, 'x-cookie'])
  })
})

describe('a request with an ambient credential', () => {
  const caller = { kind: 'caller', ambient: true, consumed: [], identity: 'a', subject: null, facts: nobodyLike }
  const authenticator = { ...nobody, authenticate: () => caller } as unknown as ProxyContext['authenticator']
  const socket = 'Sec-WebSocket-Version: 13\n'

  test.each([
    ['POST', '', 'cross-site'],
    ['POST', 'Sec-Fetch-Site: same-origin\n', undefined],
    ['POST', 'Origin: https://app.test\n', undefined],
    ['POST', 'Origin: https://evil.test\n', 'cross-site'],
    ['GET', '', undefined],
    ['GET', socket, 'websocket-origin'],
    ['GET', `${socket}Origin: https://app.test\n`, undefined],
  ])('%s, of which Envoy may leave out headers: %s', async (method, lines, code) => {
    const client = await open({ options: { original: 'request-line' }, proxy: { authenticator } })
    expect((await send(client, `${method} /a HTTP/1.1\n${OWN}${lines}`)).get('x-iap-error')).toBe(code)
    const all = await open({ options: { original: 'request-line', allHeaders: true }, proxy: { authenticator } })
    const sent = await send(all, `${method} /a HTTP/1.1\n${OWN}${lines}`)
    expect(sent.get('x-iap-error')).toBe(lines.includes('evil') ? code : undefined)
    const other = await open({ options: { original: 'x-forwarded' }, proxy: { authenticator } })
    const whole = await send(other, `GET / HTTP/1.1\n${FORWARDED.replace('Method: GET', `Method: ${method}`)}${lines}`)
    expect(whole.get('x-iap-error')).toBe(lines.includes('evil') ? code : undefined)
  })
})

describe('a WebSocket', () => {
  test.each([
    ['https://app.test', 200, undefined],
    ['https://evil.test', 403, 'websocket-origin'],
    ['http://app.test', 403, 'websocket-origin'],
  ])('of a page of %s, also if the front leaves out Upgrade', async (origin, status, code) => {
    // HTTP/2 has no key (RFC 8441), and fronts may leave out all but one of these.
    const lines = ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13', 'Upgrade: websocket']
    for (const line of lines) {
      const answer = await send(await open(), `GET / HTTP/1.1\n${NGINX}${line}\nOrigin: ${origin}\n`)
      expect([line, answer.status, answer.get('x-iap-error')]).toEqual([line, status, code])
    }
  })
})
