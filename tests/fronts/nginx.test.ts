import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { InteropRun } from '../../interop/support/interop-run.ts'
import { CLEARED_HEADERS } from '../../runtime/proxy/checks/forward-auth/cleared-headers.ts'
import { type Nginx, nginx } from '../support/nginx.ts'
import { RawClient } from '../support/raw-client.ts'
import { startUpstream } from '../support/start-test-proxy.ts'
import { askRaw } from './ask.ts'
import { reached, refused } from './cases/front-case.ts'
import { frontCases, whyNot } from './cases/index.ts'
import { AMBIGUOUS } from './cases/path-cases.ts'
import { nginxExample, nginxStand, replaceAll, startNginxExample } from './nginx-example.ts'
import { type Backends, HOST, type Stand, startStand } from './stand.ts'

const run = new InteropRun('nginx-gate')
let stand: Stand
let backends: Backends
/** An nginx with a second block `server` before the same processes. */
let blocks: Nginx

beforeAll(async () => {
  if (nginx === null) return
  const { checks, start } = nginxStand(run)
  stand = await startStand(run, {
    checks,
    start(given) {
      backends = given
      return start(given)
    },
  })
  blocks = await startNginxExample(backends, (text) => {
    const [, block = ''] = /^( {2}server \{\n[\s\S]*^ {2}\}\n)/m.exec(text) ?? []
    return text.replace(block, block + replaceAll(block, { 'server_name shop.localhost': 'server_name block.test' }))
  })
})

beforeEach(() => void stand?.takeSeen())

afterAll(async () => {
  await blocks?.close()
  await run.cleanUp()
})

describe.skipIf(nginx === null)('nginx', () => {
  describe.each(Object.entries(frontCases))('%s', (_, cases) => {
    test.for(cases)('$name', async (each, { skip }) => {
      const reason = whyNot(stand, each)
      if (reason !== undefined) skip(reason)
      await each.run(stand)
    })
  })
})

describe.skipIf(nginx === null)('a refusal', () => {
  test('of a program has its body and its headers once, and not what it was sealed in', async () => {
    const outcome = await stand.ask('GET /account/sealed')
    refused(outcome, 401, 'unauthenticated')
    const { body, headers } = outcome.answer
    expect(JSON.parse(body)).toMatchObject({ code: 'unauthenticated', requestId: headers.get('x-iap-request-id') })
    // Lines of one name are joined by a line end.
    expect(headers.get('www-authenticate')).not.toContain('\n')
    expect(headers.has('x-iap-refusal')).toBe(false)
  })

  test('has one record, although nginx asks twice', async () => {
    const { answer } = await stand.ask('GET /admin/once', [`Authorization: Bearer ${stand.token('ada')}`, 'Accept: text/html'])
    expect([answer.status, answer.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8'])
    expect(await stand.record(answer.headers.get('x-iap-request-id'))).toMatchObject({ status: 403, code: 'denied' })
    // A second one would be of the second request of nginx, which is over.
    await stand.record((await stand.ask('GET /admin/after')).answer.headers.get('x-iap-request-id'))
    expect(stand.recordsOf('/admin/once')).toHaveLength(1)
  })

  test.each(Object.entries(AMBIGUOUS))('of %s has the code of the proxy', async (path, code) => {
    refused(await stand.ask(`GET ${path}`), 400, code)
  })

  test('over HTTP/2 has the code of the proxy', async () => {
    refused(await stand.askHttp2({ ':path': '/open/../admin/a' }), 400, 'dot-segment')
    refused(await stand.askHttp2({ ':path': '/open/a', ':authority': 'other.test' }), 403, 'no-route')
  })
})

describe.skipIf(nginx === null)('headers of clients', () => {
  test.each(CLEARED_HEADERS)('%s is replaced or removed, and is no reason to refuse', async (name) => {
    for (const lines of [[`${name}: claimed`], [`${name}: claimed`, `${name}: claimed`]]) {
      const request = reached(await stand.ask('GET /open/a', lines))
      expect(request.rawHeaders).not.toContain('claimed')
      expect(request.lines[name] ?? []).toEqual(
        name === 'x-forwarded-host' ? [HOST] : name === 'x-forwarded-proto' ? ['http'] : [],
      )
    }
  })

  test.each(['Remote-User', 'X-Forwarded-User', 'X-Auth-Request-Email', 'X-Forwarded-Client-Cert', 'X-Iap-Caller'])(
    '%s, which nginx cannot remove by a pattern, is refused',
    async (name) => {
      const outcome = await stand.ask('GET /open/a', [`${name}: x`])
      refused(outcome, 400, 'header-reserved')
      const record = await stand.record(outcome.answer.headers.get('x-iap-request-id'))
      expect(record).toMatchObject({ detail: name.toLowerCase(), status: 400, upstream: null })
    },
  )

  test.each(['Remote_User', 'X.Forwarded.User', 'X_Iap_Assertion', 'X-Original_URL'])('%s does not pass nginx', async (name) => {
    expect(Object.keys(reached(await stand.ask('GET /open/a', [`${name}: x`])).headers)).not.toContain(name.toLowerCase())
  })
})

describe.skipIf(nginx === null)('a connection that is used again', () => {
  test('is decided about request by request', async () => {
    const client = new RawClient(stand.front.port)
    const ask = async (path: string, ...lines: string[]) => {
      client.send([`GET ${path} HTTP/1.1`, `Host: ${HOST}`, ...lines, '', ''].join('\n'))
      const { status, get } = await client.response()
      return [status, get('x-iap-error')]
    }
    const credential = `Authorization: Bearer ${stand.token('ada')}`
    try {
      expect(await ask('/account/1', credential)).toEqual([200, undefined])
      expect(await ask('/account/2')).toEqual([401, 'unauthenticated'])
      expect(await ask('/admin/1', credential)).toEqual([403, 'denied'])
      expect(await ask('/open/1')).toEqual([200, undefined])
    } finally {
      client.close()
    }
    expect(stand.takeSeen().map(({ url, headers }) => [url, headers['x-tier']])).toEqual([
      ['/account/1', undefined],
      ['/open/1', 'open'],
    ])
  })
})

describe.skipIf(nginx === null)('of two blocks', () => {
  test('the one that a URL as target selects does not get a request that was decided for the other', async () => {
    const { status } = await askRaw(blocks.port, `GET http://block.test/open/a HTTP/1.1\nHost: ${HOST}\nConnection: close\n\n`)
    expect([status, stand.takeSeen()]).toEqual([400, []])
  })

  test('each asks', async () => {
    const get = async (host: string) => await askRaw(blocks.port, `GET /open/a HTTP/1.1\nHost: ${host}\nConnection: close\n\n`)
    expect((await get('block.test')).headers.get('x-iap-error')).toBe('no-route')
    expect((await get(HOST)).status).toBe(200)
  })
})

test.skipIf(nginx === null)('a response of the service leads to no other location', async () => {
  const asked: (string | undefined)[] = []
  const service = await startUpstream((request, response) => {
    asked.push(request.url)
    response.setHeader('x-accel-redirect', '/open/elsewhere').end('own')
  })
  const front = await startNginxExample({ ...backends, service: new URL(service.origin).host })
  try {
    const { status, body } = await askRaw(front.port, `GET /open/a HTTP/1.1\nHost: ${HOST}\nConnection: close\n\n`)
    expect([status, body.includes('own'), asked]).toEqual([200, true, ['/open/a']])
  } finally {
    await front.close()
    await service.close()
  }
})

/** Headers that proxies remove by RFC 9110, and nginx does not. */
const FOR_PROXIES = ['proxy-authorization', 'proxy-connection', 'http2-settings']

test('the example removes the headers that a front must remove', () => {
  const names = [...(nginxExample['iap-cleared.conf'] ?? '').matchAll(/^proxy_set_header (\S+) "";$/gm)].map(
    ([, name = '']) => name,
  )
  // The server block states these two.
  const wanted = CLEARED_HEADERS.filter((name) => name !== 'x-forwarded-host' && name !== 'x-forwarded-proto')
  expect(names.map((name) => name.toLowerCase())).toEqual([...wanted, ...FOR_PROXIES])
})

test('the documentation has the directives of the example', () => {
  const text = readFileSync(new URL('../../docs/guides/gateways/nginx.md', import.meta.url), 'utf8')
  const samples = [...text.matchAll(/```nginx\n(.*?)```/gs)].map(([, sample = '']) => sample)
  const published = new Set(directivesOf(Object.values(nginxExample).join('\n')))
  const others = directivesOf(samples.join('\n')).filter((each) => !published.has(each))
  expect([samples.length > 0, others]).toEqual([true, []])
})

/** Names of headers have any case, and spaces any number. */
function directivesOf(text: string): readonly string[] {
  return text
    .replace(/ *#.*/g, '')
    .split('\n')
    .map((line) => line.trim().replace(/ +/g, ' ').toLowerCase())
    .filter((line) => line.endsWith(';') || line.startsWith('map ') || line.startsWith('if '))
}
