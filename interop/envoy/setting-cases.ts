import { deepEqual, equal, match } from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { acceptOf } from '../../runtime/proxy/websocket/websocket-handshake.ts'
import { type Answer, askHttp2, askRaw, linesOf, seenBy } from '../../tests/fronts/ask.ts'
import { freePort } from '../../tests/support/listening-program.ts'
import { testAuthority } from '../../tests/support/test-authority.ts'
import { startTestIssuer, TEST_AUDIENCE } from '../../tests/support/test-issuer.ts'
import type { InteropRun } from '../support/interop-run.ts'
import { startProxy, waitFor } from '../support/start-proxy.ts'
import { ELSEWHERE, envoyConfiguration, MAX_BODY } from './configuration.ts'
import { startEnvoy } from './start-envoy.ts'

const policy = `identity user via jwt { sub: string }
identity workload via mtls

service app at "app.test" {
  route open    ANY  "/open/{rest...}"
  route me      ANY  "/me"
  route tenant  GET  "/tenant"
  route order   POST "/order" body { amount: int, ... }
  route limited GET  "/limited"
  route mesh    GET  "/mesh"
}

permit open    on app.open    to anyone
permit me      on app.me      to user header "x-sub" = caller.sub
permit tenant  on app.tenant  to anyone when "x-tenant" in request.headers && request.headers["x-tenant"] == "a"
permit order   on app.order   to anyone when body.amount <= 100
permit limited on app.limited to user limit 2 per 1h by caller.sub
permit mesh    on app.mesh    to workload
`

const ID = 'spiffe://shop.example/orders'

/** What the cases ask. */
interface Stand {
  readonly raw: number
  readonly merged: number
  readonly filtered: number
  readonly secure: number
  readonly log: string
  token(subject: string): string
  readonly clients: ReturnType<typeof testAuthority>
}

/** Cases of single settings, which the example does not have: merged headers, certificates, headers that Envoy does not send. */
export async function settingCases(run: InteropRun, program: string): Promise<void> {
  const stand = await start(run, program)
  for (const how of ['raw', 'merged'] as const) await commonCases(run, how, stand[how], stand)
  await headerCases(run, stand)
  await bodyCases(run, stand)
  await certificateCases(run, stand)
  await otherCases(run, stand)
}

async function start(run: InteropRun, program: string): Promise<Stand> {
  const file = (name: string) => join(run.scratch, name)
  const [issuer, service] = await Promise.all([startTestIssuer(), startService(run)])
  run.defer(() => issuer.close())
  const [servers, clients] = [testAuthority('servers'), testAuthority('clients')]
  const { cert, key } = servers.server(['app.test'])
  for (const [name, text] of Object.entries({ 'a.pem': cert, 'a.key': key, 'clients.pem': clients.cert }))
    writeFileSync(file(name), text)
  await startProxy(run, {
    policy,
    config: `listeners:
  - { address: "unix:${file('check.sock')}", protocol: ext-authz }
workers: 2
identities:
  user: { issuer: "${issuer.issuer}", audience: "${TEST_AUDIENCE}", algorithms: [ES256] }
  workload: { trustDomain: shop.example, ca: ./clients.pem }`,
  })
  const [raw, merged, filtered, secure] = [await freePort(), await freePort(), await freePort(), await freePort()]
  const tls = { cert: file('a.pem'), key: file('a.key'), clientCa: file('clients.pem') }
  const plan = { raw, merged, filtered, secure, service, socket: file('check.sock'), log: file('access.log'), tls }
  await startEnvoy(run, program, envoyConfiguration(plan), [raw, merged, filtered, secure])
  return {
    raw,
    merged,
    filtered,
    secure,
    log: plan.log,
    clients,
    token: (sub) => `Authorization: Bearer ${issuer.mint({ sub })}\n`,
  }
}

/** A service that answers with what it received. */
async function startService(run: InteropRun): Promise<number> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk) => (body += chunk))
    request.on('end', () => {
      const { method, url, rawHeaders } = request
      response.end(JSON.stringify({ method, url, headers: rawHeaders, body }))
    })
  })
  server.on('upgrade', (request, socket) => {
    const accept = acceptOf(request.headers['sec-websocket-key'] ?? '')
    socket.end(`HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  run.defer(() => void server.close())
  return (server.address() as AddressInfo).port
}

function request(target: string, lines = '', method = 'GET', body = ''): string {
  return `${method} ${target} HTTP/1.1\nHost: app.test\nConnection: close\n${lines}\n${body}`
}

function refused(answer: Answer, status: number, code: string): void {
  equal(`${answer.status} ${answer.headers.get('x-iap-error')}`, `${status} ${code}`)
}

async function commonCases(run: InteropRun, how: string, port: number, { token }: Stand): Promise<void> {
  const ask = (...parts: Parameters<typeof request>) => askRaw(port, request(...parts))
  await run.check(`${how}: a permitted request has the assertion`, async () => {
    const seen = seenBy(await ask('/open/a%20b?q=1&q=%2F'))
    equal(seen.url, '/open/a%20b?q=1&q=%2F')
    match(linesOf(seen, 'x-iap-assertion').join(), /^[\w-]+\.[\w-]+\.[\w-]+$/)
  })
  await run.check(`${how}: no credential, and one that is forged`, async () => {
    const answer = await ask('/me')
    refused(answer, 401, 'unauthenticated')
    match(answer.headers.get('www-authenticate') ?? '', /^Bearer/)
    equal((await ask('/me', 'Authorization: Bearer a.b.c\n')).status, 401)
  })
  await run.check(`${how}: a caller, whose header the policy sets`, async () => {
    const seen = seenBy(await ask('/me', `${token('ada')}X-Sub: eve\nX_Sub: eve\n`))
    deepEqual([linesOf(seen, 'x-sub'), linesOf(seen, 'x_sub'), linesOf(seen, 'authorization')], [['ada'], [], []])
  })
  await run.check(`${how}: headers of ours from the client are removed`, async () => {
    const seen = seenBy(await ask('/open/x', 'X-Iap-Assertion: forged\nX_Iap_Assertion: forged\nX-Iap-User: eve\n'))
    equal(linesOf(seen, 'x-iap-assertion').length, 1)
    equal(seen.headers.includes('forged') || seen.headers.includes('eve'), false)
  })
  await run.check(`${how}: no route, another host, and methods that are never forwarded`, async () => {
    refused(await ask('/nowhere'), 403, 'no-route')
    refused(await askRaw(port, request('/open/x').replace('app.test', 'other.test')), 403, 'no-route')
    refused(await ask('/open/x', '', 'TRACE'), 405, 'method-not-allowed')
  })
  for (const [path, code] of [
    ['/open/../me', 'dot-segment'],
    ['/open/%2e%2e/me', 'dot-segment'],
    ['/open/a%2fb', 'encoded-slash'],
    ['/open//x', 'empty-segment'],
    ['/open/x;a=1', 'semicolon'],
  ] as const)
    await run.check(`${how}: ${path}`, async () => refused(await ask(path), 400, code))
  await run.check(`${how}: limits`, async () => {
    const credential = token(`limited-${how}`)
    for (let at = 0; at < 2; at++) {
      const answer = await ask('/limited', credential)
      equal(answer.status, 200)
      match([...answer.headers.keys()].join(), /ratelimit/)
    }
    const answer = await ask('/limited', credential)
    refused(answer, 429, 'rate-limited')
    match(answer.headers.get('retry-after') ?? '', /^[0-9]+$/)
  })
}

async function headerCases(run: InteropRun, { raw, merged, token }: Stand): Promise<void> {
  for (const [how, port] of [
    ['raw', raw],
    ['merged', merged],
  ] as const) {
    const ask = (lines: string, target = '/tenant') => askRaw(port, request(target, lines))
    await run.check(`${how}: a header that a rule reads`, async () => {
      equal((await ask('X-Tenant: a\n')).status, 200)
      refused(await ask('X-Tenant: b\n'), 403, 'denied')
    })
    for (const lines of [
      'X-Tenant: a\nX-Tenant: b\n',
      'X-Tenant: b\nX-Tenant: a\n',
      'X-Tenant: a\nX-Tenant: a\n',
      'X-Tenant: a\nX-Tenant:\n',
    ])
      await run.check(`${how}: twice ${JSON.stringify(lines)}`, async () => refused(await ask(lines), 400, 'header-repeated'))
    await run.check(`${how}: another spelling beside it`, async () =>
      refused(await ask('X-Tenant: a\nX_Tenant: b\n'), 400, 'header-repeated'),
    )
    await run.check(`${how}: a header that \`Connection\` names`, async () => {
      refused(await ask('X-Tenant: b\nConnection: x-tenant\n'), 403, 'denied')
      const seen = seenBy(await ask('X-Tenant: b\nConnection: x-tenant\n', '/open/x'))
      deepEqual(linesOf(seen, 'x-tenant'), [])
    })
    await run.check(`${how}: headers that state another address or URL are removed`, async () => {
      const claims =
        'X-Original-URL: /admin\nX-Real-IP: 192.0.2.9\nForwarded: for=192.0.2.9\nX-Forwarded-Host: evil.test\n' +
        'X-Forwarded-For: 192.0.2.9\nX-Forwarded-Proto: https\nX-Envoy-Peer-Metadata: x\n'
      const seen = seenBy(await ask(claims, '/open/x'))
      const names = ['x-original-url', 'x-real-ip', 'forwarded', 'x-forwarded-host', 'x-envoy-peer-metadata']
      deepEqual(
        names.flatMap((name) => linesOf(seen, name)),
        [],
      )
      const stated = ['x-forwarded-for', 'x-forwarded-proto'].map((name) => linesOf(seen, name))
      deepEqual(stated, [['127.0.0.1'], ['http']])
    })
    await run.check(`${how}: two credentials`, async () => {
      const { status } = await ask(`${token('ada')}${token('eve')}`, '/me')
      equal(status >= 400 && status < 500, true)
    })
  }
  await run.check('merged: two cookies', async () =>
    refused(await askRaw(merged, request('/me', 'Cookie: a=1\nCookie: b=2\n')), 400, 'header-repeated'),
  )
  await run.check('raw: two of a header that nobody reads', async () => {
    deepEqual(linesOf(seenBy(await askRaw(raw, request('/open/x', 'X-Other: a\nX-Other: b\n'))), 'x-other'), ['a', 'b'])
  })
}

async function bodyCases(run: InteropRun, { raw, merged }: Stand): Promise<void> {
  const send = (port: number, body: string, lines = `Content-Length: ${body.length}\n`) =>
    askRaw(port, request('/order', `Content-Type: application/json\n${lines}`, 'POST', body))
  const long = `{"amount":1,"note":"${'x'.repeat(MAX_BODY)}"}`
  await run.check('a body that a rule permits, and one that it does not', async () => {
    equal(seenBy(await send(raw, '{"amount":100}')).body, '{"amount":100}')
    refused(await send(raw, '{"amount":101}'), 403, 'denied')
  })
  await run.check('a body that Envoy cuts', async () => refused(await send(raw, long), 413, 'body-incomplete'))
  await run.check('a chunked body, whose length nobody knows', async () =>
    refused(await send(raw, 'e\n{"amount":100}\n0\n\n', 'Transfer-Encoding: chunked\n'), 413, 'body-incomplete'),
  )
  await run.check('a body that Envoy does not send', async () =>
    refused(await send(merged, '{"amount":1}'), 413, 'body-incomplete'),
  )
}

async function certificateCases(run: InteropRun, { secure, clients }: Stand): Promise<void> {
  const svid = clients.svid(ID)
  const ask = (pair: object, lines = '') => askRaw(secure, request('/mesh', lines), pair)
  await run.check('the certificate of the client', async () => {
    equal((await ask(svid)).status, 200)
    equal((await ask({})).status, 401)
    equal((await ask(clients.svid('spiffe://other.example/orders'))).status, 401)
  })
  await run.check('a certificate that a client sends as a header', async () => {
    equal((await ask({}, `X-Forwarded-Client-Cert: Cert="${encodeURIComponent(svid.cert)}"\n`)).status, 401)
  })
}

const HANDSHAKE = 'Upgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n'

async function otherCases(run: InteropRun, { raw, merged, filtered, log, token }: Stand): Promise<void> {
  await run.check('a check without some headers', async () =>
    refused(await askRaw(filtered, request('/open/x')), 400, 'request-malformed'),
  )
  await run.check('a route of Envoy that leads to another service', async () =>
    refused(await askRaw(raw, request(ELSEWHERE)), 421, 'misdirected'),
  )
  await run.check('a host with a dot at its end', async () =>
    refused(await askRaw(raw, request('/open/x').replace('app.test', 'app.test.')), 400, 'host-invalid'),
  )
  await run.check('a path with `!`, raw and merged', async () => {
    equal(seenBy(await askRaw(raw, request('/open/!'))).url, '/open/!')
    refused(await askRaw(merged, request('/open/!')), 400, 'request-malformed')
  })
  await run.check('HTTP/2: a permitted request, and a header twice', async () => {
    const pseudo = { ':authority': 'app.test' }
    equal(seenBy(await askHttp2(raw, { ...pseudo, ':path': '/open/x?a', cookie: ['a=1', 'b=2'] })).url, '/open/x?a')
    refused(await askHttp2(raw, { ...pseudo, ':path': '/tenant', 'x-tenant': ['a', 'b'] }), 400, 'header-repeated')
  })
  await run.check('a call by gRPC is refused by a status of gRPC', async () => {
    const call = {
      ':method': 'POST',
      ':path': '/me',
      ':authority': 'app.test',
      'content-type': 'application/grpc',
      te: 'trailers',
    }
    const { status, headers } = await askHttp2(raw, call)
    deepEqual([status, headers.get('grpc-status')], [200, '16'])
  })
  await run.check('a refused HEAD has no body', async () => {
    const answer = await askRaw(raw, request('/me', '', 'HEAD'))
    refused(answer, 401, 'unauthenticated')
    equal(answer.body, '')
  })
  await run.check('a WebSocket of the page, and of another origin', async () => {
    const open = (origin: string) =>
      askRaw(raw, request('/open/x', `${HANDSHAKE}Origin: ${origin}\n`).replace('Connection: close', 'Connection: Upgrade'))
    equal((await open('http://app.test')).status, 101)
    refused(await open('https://evil.test'), 403, 'websocket-origin')
  })
  await run.check('dynamic metadata: who called, and which rule decided', async () => {
    await askRaw(raw, request('/me?metadata', token('grace')))
    const line = await waitFor(() => linesWith(log, '/me?metadata')[0], 'Envoy logged no such request')
    const { subject, rule, service } = JSON.parse(line) as Readonly<Record<string, string>>
    deepEqual([subject, rule, service], ['grace', 'me', 'app'])
  })
}

function linesWith(file: string, text: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes(text))
}
