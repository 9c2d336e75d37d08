/** Bodies that the policy reads, over HTTP/2: as strictly as over HTTP/1.1 (`declared-requests.test.ts`). And HEAD, which a route for GET takes. */
import type { IncomingHttpHeaders } from 'node:http'
import { type ClientHttp2Session, connect } from 'node:http2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask as askHttp1 } from '../support/ask.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'

const POLICY = `
identity user via jwt { sub: string }
type Refund = { amount: int, currency: "EUR" | "USD", reason?: string }
service app at "app.test" {
  route pay  POST "/pay" body Refund
  route page GET  "/page"
}
permit pays on app.pay to user when body.amount <= 100
permit pages on app.page to anyone
`

interface Seen {
  readonly method: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let upstream: TestUpstream
let proxy: TestProxy
let session: ClientHttp2Session
let seen: Seen[]

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method, headers } = request
      seen.push({ method, headers, body: Buffer.concat(chunks).toString() })
      response.setHeader('content-length', '4')
      response.end(method === 'HEAD' ? undefined : 'done')
    })
  })
  proxy = await startTestProxy([upstream.origin], {
    policy: POLICY,
    listener: 'http2: true',
    limits: { body: 1000, linger: 300 },
  })
  session = connect(proxy.origin)
})

beforeEach(() => {
  seen = []
})

afterAll(async () => {
  session?.destroy()
  await proxy?.close()
  await upstream?.close()
})

interface Reply {
  readonly status: number
  readonly code: string | null
  readonly length: string | undefined
  readonly body: string
  readonly continued: boolean
}

/** `body`: in pieces, each in a frame of its own. */
function ask(fields: Readonly<Record<string, string>>, body: readonly (string | Buffer)[] = []): Promise<Reply> {
  return new Promise((resolve) => {
    const stream = session.request({ ':authority': 'app.test', ...fields }, { endStream: body.length === 0 })
    let reply = { status: 0, code: null as string | null, length: undefined as string | undefined }
    let text = ''
    let continued = false
    const send = () => {
      for (const piece of body) stream.write(piece)
      stream.end()
    }
    stream.on('error', () => {})
    stream.on('continue', () => {
      continued = true
      send()
    })
    stream.on('response', (headers) => {
      const code = headers['x-iap-error']
      reply = {
        status: Number(headers[':status']),
        code: code === undefined ? null : String(code),
        length: headers['content-length'],
      }
    })
    stream.on('data', (chunk) => {
      text += chunk
    })
    stream.on('close', () => resolve({ ...reply, body: text, continued }))
    if (body.length > 0 && fields.expect === undefined) send()
  })
}

const JSON_TYPE = { 'content-type': 'application/json' }
const pay = (fields: Readonly<Record<string, string>>, body: readonly (string | Buffer)[]) =>
  ask({ ':method': 'POST', ':path': '/pay', authorization: proxy.bearer(), ...fields }, body)

describe('a body that the route declares', () => {
  const body = '{ "amount" : 1.0e1,\n"currency":"EUR" }'

  test.each([
    ['of a length', { 'content-length': String(body.length) }],
    ['without one', {}],
  ])('%s decides, and goes on byte for byte', async (_, fields) => {
    expect(await pay({ ...JSON_TYPE, ...fields }, [body.slice(0, 5), body.slice(5)])).toMatchObject({ status: 200, body: 'done' })
    expect(seen).toMatchObject([{ body, headers: { 'content-length': String(body.length) } }])
    expect(seen[0]?.headers).not.toHaveProperty('transfer-encoding')
  })

  test.each<[string, Readonly<Record<string, string>>, readonly (string | Buffer)[], number, string]>([
    ['of no type', {}, ['{"amount":1,"currency":"EUR"}'], 415, 'body-type'],
    ['of another type', { 'content-type': 'text/plain' }, ['{"amount":1,"currency":"EUR"}'], 415, 'body-type'],
    ['in a coding', { ...JSON_TYPE, 'content-encoding': 'gzip' }, ['{"amount":1,"currency":"EUR"}'], 415, 'body-type'],
    ['that is not there', JSON_TYPE, [], 400, 'body'],
    ['that is no JSON', JSON_TYPE, ['{"amount":1,'], 400, 'body'],
    ['with a name twice', JSON_TYPE, ['{"amount":1,"am', 'ount":999,"currency":"EUR"}'], 400, 'body'],
    ['with a name twice, once escaped', JSON_TYPE, ['{"amount":1,"am\\u006funt":999,"currency":"EUR"}'], 400, 'body'],
    ['that is too deep', JSON_TYPE, ['['.repeat(200), ']'.repeat(200)], 400, 'body'],
    ['with a byte order mark', JSON_TYPE, ['\ufeff{"amount":1,"currency":"EUR"}'], 400, 'body'],
    ['that is not UTF-8', JSON_TYPE, [Buffer.from([0x22, 0xff, 0x22])], 400, 'body'],
    ['with a member too many', JSON_TYPE, ['{"amount":1,"currency":"EUR","to":"me"}'], 400, 'body'],
    ['too long', JSON_TYPE, [' '.repeat(600), ' '.repeat(600)], 413, 'body-too-large'],
    ['that promises to be too long', { ...JSON_TYPE, 'content-length': '1001' }, [' '.repeat(1001)], 413, 'body-too-large'],
    ['that is denied', JSON_TYPE, ['{"amount":101,"currency":"EUR"}'], 403, 'denied'],
  ])('%s is refused and never forwarded', async (_, fields, pieces, status, code) => {
    expect(await pay(fields, pieces)).toMatchObject({ status, code })
    expect(seen).toEqual([])
    // The connection goes on.
    expect((await ask({ ':path': '/page' })).status).toBe(200)
  })

  test('is asked for by a client that waits', async () => {
    expect(await pay({ ...JSON_TYPE, expect: '100-continue' }, [body])).toMatchObject({ status: 200, continued: true })
    expect(seen).toMatchObject([{ body }])
    const refused = { ...JSON_TYPE, expect: '100-continue', authorization: 'Bearer garbage' }
    expect(await pay(refused, [body])).toMatchObject({ status: 401, continued: false })
  })
})

describe('HEAD, of a route that names GET', () => {
  test('over HTTP/2 is decided, and has the head of the answer alone', async () => {
    expect(await ask({ ':method': 'HEAD', ':path': '/page' })).toMatchObject({ status: 200, length: '4', body: '' })
    expect(seen).toMatchObject([{ method: 'HEAD' }])
    expect(await ask({ ':method': 'HEAD', ':path': '/pay' })).toMatchObject({ status: 403, code: 'no-route', body: '' })
  })

  test('over HTTP/1.1, too', async () => {
    const response = await askHttp1(proxy.port, 'HEAD /page')
    expect([response.status, response.get('content-length'), response.body]).toEqual([200, '4', ''])
    expect(seen).toMatchObject([{ method: 'HEAD' }])
    expect((await askHttp1(proxy.port, 'HEAD /pay')).get('x-iap-error')).toBe('no-route')
  })
})
