import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { type RequestOptions, request as requestSecurely } from 'node:https'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSigningKeys } from '../../runtime/identity/index.ts'
import type { StartOptions } from '../../runtime/index.ts'
import { dpopKey, proofOf } from '../support/dpop.ts'
import { collectLog } from '../support/identity.ts'
import { JWT_RESOURCE, type OidcProvider, startOidcProvider } from '../support/oidc-provider.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'

/** Tokens that a real provider has bound to their sender, through a real proxy to a real service. */
const policy = `
identity person via oauth2 { client_id: string }
identity strict via oauth2 { client_id: string }

service app at "app.test" { route all ANY "/all/{rest...}"  route open ANY "/open/{rest...}" }

permit everybody on app.open to anyone
permit known on app.all to person, strict
`

const SECRET = 'the secret of the proxy as a client'
const iap = { client_id: 'iap', client_secret: SECRET, grant_types: [], redirect_uris: [], response_types: [] }
const robot = {
  client_id: 'robot',
  client_secret: 'the secret of a machine',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
}
const bound = { ...robot, client_id: 'bound', tls_client_certificate_bound_access_tokens: true }
const PLAIN = 'https://plain.example'
const STRICT = 'https://strict.example'

const authority = testAuthority('all of them')
const [server, mine, yours] = [authority.server(['localhost', 'app.test']), authority.client('a'), authority.client('b')]
const key = dpopKey()

let provider: OidcProvider
let upstream: TestUpstream
let app: TestProxy

beforeAll(async () => {
  provider = await startOidcProvider({
    clients: [iap, robot, bound as never],
    accounts: { ann: {} },
    tls: { ...server, ca: authority.cert },
  })
  upstream = await startUpstream((asked, response) => {
    const lines = asked.rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase())
    response.end(JSON.stringify({ ...decodeJwt(String(asked.headers['x-iap-assertion'])), lines }))
  })
  const source = `issuer: "${provider.issuer}", clientId: iap, clientSecret: { file: ./secret }, tls: { ca: ./ca.pem }`
  app = await startTestProxy([upstream.origin], {
    policy,
    listener: 'tls: { cert: ./server.pem, key: ./server.key, clientCa: ./ca.pem, clientCert: optional }',
    identities: `{ person: { ${source}, audience: ["${PLAIN}"] }, strict: { ${source}, audience: "${STRICT}", dpop: { required: true, nonce: true } } }`,
    files: { secret: SECRET, 'ca.pem': authority.cert, 'server.pem': server.cert, 'server.key': server.key },
  })
})
afterAll(async () => {
  await app?.close()
  await provider?.close()
  await upstream?.close()
})

interface Answered {
  readonly status: number
  readonly code: string | undefined
  readonly challenge: string | undefined
  readonly nonce: string | undefined
  readonly body: { readonly sub?: string; readonly identity?: string; readonly lines?: readonly string[] }
}

const url = (path: string) => `https://app.test:${app.port}${path}`

function ask(path: string, headers: Readonly<Record<string, string | string[]>>, client: RequestOptions = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      servername: 'app.test',
      ca: authority.cert,
      port: app.port,
      path,
      agent: false,
      ...client,
    }
    requestSecurely({ ...options, headers: { host: `app.test:${app.port}`, ...headers } }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          code: response.headers['x-iap-error'] as string | undefined,
          challenge: response.headers['www-authenticate'],
          nonce: response.headers['dpop-nonce'] as string | undefined,
          body: JSON.parse(text),
        }),
      )
    })
      .on('error', reject)
      .end()
  })
}

/** By client credentials, over the wire, with a certificate and a proof where there are some. */
function tokenFor(
  clientId: string,
  resource: string,
  more: { readonly tls?: RequestOptions; readonly proven?: boolean } = {},
): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', resource })
  const secret = Buffer.from(`${clientId}:${robot.client_secret}`).toString('base64')
  const headers = {
    authorization: `Basic ${secret}`,
    'content-type': 'application/x-www-form-urlencoded',
    ...(more.proven && { dpop: proofOf(key, { method: 'POST', url: `${provider.issuer}/token` }) }),
  }
  return new Promise((resolve, reject) => {
    requestSecurely(
      `${provider.issuer}/token`,
      { method: 'POST', ca: authority.cert, agent: false, headers, ...more.tls },
      (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () => {
          const { access_token: token } = JSON.parse(text) as { access_token?: string }
          if (token === undefined) reject(new Error(text))
          else resolve(token)
        })
      },
    )
      .on('error', reject)
      .end(form.toString())
  })
}

describe('DPoP', () => {
  test('a token with its proof, and not without; neither reaches the service', async () => {
    const token = await tokenFor('robot', PLAIN, { proven: true })
    const authorization = `DPoP ${token}`
    const dpop = () => proofOf(key, { url: url('/all/1'), token })
    const { status, body } = await ask('/all/1?x=1', { authorization, dpop: dpop(), _dpop: 'x', 'dpop-': 'y' })
    expect([status, body.identity]).toEqual([200, 'person'])
    expect(body.lines?.filter((name) => /dpop|authorization/.test(name))).toEqual([])
    const used = dpop()
    expect((await ask('/all/1', { authorization, dpop: used })).status).toBe(200)
    expect(await ask('/all/1', { authorization, dpop: used })).toMatchObject({ status: 401, code: 'proof-replayed' })
    expect(await ask('/all/2', { authorization, dpop: dpop() })).toMatchObject({ status: 401, code: 'proof-request' })
    expect(await ask('/all/1', { authorization })).toMatchObject({ status: 401, code: 'proof-missing' })
    expect(await ask('/all/1', { authorization, dpop: [dpop(), dpop()] })).toMatchObject({ status: 401, code: 'proof-repeated' })
    const asBearer = await ask('/open/1', { authorization: `Bearer ${token}`, dpop: dpop() })
    expect(asBearer).toMatchObject({ status: 401, code: 'proof-required' })
    expect(asBearer.challenge).toMatch(/^Bearer realm="iap", error="invalid_token", DPoP realm="iap", algs="/)
  })

  test('a nonce, where it is asked for', async () => {
    const token = await tokenFor('robot', STRICT, { proven: true })
    const authorization = `DPoP ${token}`
    const first = await ask('/all/1', { authorization, dpop: proofOf(key, { url: url('/all/1'), token }) })
    expect(first).toMatchObject({ status: 401, code: 'proof-nonce', nonce: expect.any(String) })
    expect(first.challenge).toMatch(/^DPoP realm="iap", error="use_dpop_nonce"/)
    const dpop = proofOf(key, { url: url('/all/1'), token, claims: { nonce: first.nonce } })
    expect(await ask('/all/1', { authorization, dpop })).toMatchObject({ status: 200, body: { identity: 'strict' } })
  })

  test('a token that is bound to nothing, where it must be', async () => {
    const token = await tokenFor('robot', STRICT)
    expect(await ask('/all/1', { authorization: `Bearer ${token}` })).toMatchObject({ status: 401, code: 'proof-required' })
    const plain = await tokenFor('robot', PLAIN)
    expect((await ask('/all/1', { authorization: `Bearer ${plain}` })).status).toBe(200)
    const dpop = proofOf(key, { url: url('/all/1'), token: plain })
    expect(await ask('/all/1', { authorization: `DPoP ${plain}`, dpop })).toMatchObject({ status: 401, code: 'token-unbound' })
  })

  test('whoever is nobody may send a proof to a service that wants one', async () => {
    const { body } = await ask('/open/1', { dpop: 'for the service' })
    expect(body.lines).toContain('dpop')
  })

  test('nothing of it stands in the records', async () => {
    const text = readFileSync(`${app.folder}/audit.jsonl`, 'utf8') + app.log.join('')
    expect(text).not.toMatch(/eyJ[\w-]*\.|dpop\+jwt/)
  })
})

test('a token of a certificate comes over connections with that certificate alone', async () => {
  const token = await tokenFor('bound', PLAIN, { tls: mine })
  const headers = { authorization: `Bearer ${token}` }
  expect((await ask('/all/1', headers, mine)).status).toBe(200)
  expect(await ask('/all/1', headers, yours)).toMatchObject({ status: 401, code: 'certificate-mismatch' })
  expect(await ask('/all/1', headers)).toMatchObject({ status: 401, code: 'certificate-mismatch' })
})

describe('a JWT of the same provider', () => {
  let other: OidcProvider
  let front: TestProxy
  beforeAll(async () => {
    other = await startOidcProvider({ clients: [iap, robot], accounts: {} })
    front = await startFront()
  })
  afterAll(async () => {
    await front?.close()
    await other?.close()
  })

  function startFront(dpop = '', options: Partial<StartOptions> = {}): Promise<TestProxy> {
    return startTestProxy([upstream.origin], {
      policy: `
identity machine via jwt, oauth2 { client_id: string }
service app at "app.test" { route all ANY "/all/{rest...}" }
permit known on app.all to machine
`,
      identities: `{ machine: { issuer: "${other.issuer}", audience: ["${JWT_RESOURCE}", "${PLAIN}"], algorithms: [ES256], clientId: iap, clientSecret: { file: ./secret }, cache: 60s${dpop} } }`,
      files: { secret: SECRET },
      ...options,
    })
  }

  function statusAndNonce(at: TestProxy, headers: Record<string, string>): Promise<readonly [number, string | undefined]> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: at.port, path: '/all/1', agent: false }
      request({ ...options, headers: { host: `app.test:${at.port}`, ...headers } }, (response) => {
        response.resume()
        resolve([response.statusCode ?? 0, response.headers['dpop-nonce'] as string | undefined])
      })
        .on('error', reject)
        .end()
    })
  }

  const statusOf = async (headers: Record<string, string>) => (await statusAndNonce(front, headers))[0]
  const asked = () => other.requests.get('/token/introspection') ?? 0

  test('is verified, and its other tokens are asked about', async () => {
    const jwt = await other.clientToken({ client: robot, resource: JWT_RESOURCE })
    expect(await statusOf({ authorization: `Bearer ${jwt}` })).toBe(200)
    expect(asked()).toBe(0)
    const opaque = await other.clientToken({ client: robot, resource: PLAIN })
    expect(await statusOf({ authorization: `Bearer ${opaque}` })).toBe(200)
    expect(asked()).toBe(1)
  })

  test('is bound in the same way', async () => {
    const token = await other.clientToken({ client: robot, resource: JWT_RESOURCE, dpop: key })
    expect(decodeJwt(token)).toMatchObject({ cnf: { jkt: key.jkt } })
    const at = `http://app.test:${front.port}/all/1`
    expect(await statusOf({ authorization: `DPoP ${token}`, dpop: proofOf(key, { url: at, token }) })).toBe(200)
    expect(await statusOf({ authorization: `DPoP ${token}`, dpop: proofOf(dpopKey(), { url: at, token }) })).toBe(401)
    expect(await statusOf({ authorization: `Bearer ${token}` })).toBe(401)
  })

  test('processes that sign as one take each other’s nonces', async () => {
    const signing = { rotation: 86_400_000, lifetime: 120_000, file: null, log: collectLog() }
    const signingKeys = createSigningKeys(signing, Date.now())
    const dpop = ', dpop: { nonce: true }'
    const [one, two, stranger] = [
      await startFront(dpop, { signingKeys }),
      await startFront(dpop, { signingKeys }),
      await startFront(dpop),
    ]
    const token = await other.clientToken({ client: robot, resource: JWT_RESOURCE, dpop: key })
    const proven = (at: TestProxy, nonce?: string) => {
      const proof = proofOf(key, { url: `http://app.test:${at.port}/all/1`, token, claims: { nonce } })
      return statusAndNonce(at, { authorization: `DPoP ${token}`, dpop: proof })
    }
    const [status, nonce] = await proven(one)
    expect(status).toBe(401)
    expect((await proven(two, nonce))[0]).toBe(200)
    expect((await proven(stranger, nonce))[0]).toBe(401)
    await Promise.all([one, two, stranger].map((each) => each.close()))
  })
})
