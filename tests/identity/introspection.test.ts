import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterEach, describe, expect, test } from 'vitest'
import { type OidcProvider, startOidcProvider } from '../support/oidc-provider.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { eventually } from '../support/until.ts'
import { keyPem } from '../support/x509.ts'

/** Opaque tokens of a real provider, through a real proxy to a real service. */
const policy = `
identity person via oauth2 { sub: string }
identity machine via oauth2 { client_id: string, scope: set<string> }

service app at "app.test" {
  route people   ANY "/people/{rest...}"
  route machines ANY "/machines/{rest...}"
  route all      ANY "/open/{rest...}"
}

permit everybody on app.all to anyone
permit people on app.people to person
permit machines on app.machines to machine when "orders:read" in caller.scope
`

const SECRET = 'the secret of the proxy as a client'
const iap = { client_id: 'iap', client_secret: SECRET, grant_types: [], redirect_uris: [], response_types: [] }
const robot = {
  client_id: 'robot',
  client_secret: 'the secret of a machine',
  grant_types: ['client_credentials'],
  redirect_uris: [],
  response_types: [],
  scope: 'orders:read orders:write',
}
const browser = {
  client_id: 'browser',
  client_secret: 'the secret of a web application',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://app.test/callback'],
}
const PEOPLE = 'https://people.example'
const MACHINES = 'https://machines.example'

let provider: OidcProvider
let upstream: TestUpstream
let app: TestProxy
afterEach(async () => {
  await app?.close()
  await provider?.close()
  await upstream?.close()
})

interface Options {
  readonly tls?: Parameters<typeof startOidcProvider>[0]['tls']
  /** The proxy, as the provider knows it. */
  readonly client?: Parameters<typeof startOidcProvider>[0]['clients'][number]
  /** YAML: by what the proxy shows that it is the client, and what else stands there. */
  readonly shown?: string
  readonly files?: Readonly<Record<string, string>>
}

async function start({ tls, client = iap, shown = 'clientSecret: { file: ./secret }', files = {} }: Options = {}): Promise<void> {
  provider = await startOidcProvider({ clients: [client, robot, browser], accounts: { ann: {} }, ...(tls && { tls }) })
  upstream = await startUpstream((request, response) => {
    const { authorization, dpop } = request.headers
    response.end(JSON.stringify({ ...decodeJwt(String(request.headers['x-iap-assertion'])), authorization, dpop }))
  })
  const identity = (audience: string) => `{ issuer: "${provider.issuer}", clientId: iap, audience: "${audience}", ${shown} }`
  app = await startTestProxy([upstream.origin], {
    policy,
    identities: `{ person: ${identity(PEOPLE)}, machine: ${identity(MACHINES)} }`,
    files: { secret: SECRET, ...files },
  })
}

interface Answered {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Headers
}

function ask(path: string, token?: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'app.test', ...(token !== undefined && { authorization: `Bearer ${token}` }) }
    request({ host: '127.0.0.1', port: app.port, path, headers, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => {
        const all = new Headers(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
        resolve({ status: response.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : {}, headers: all })
      })
    })
      .on('error', reject)
      .end()
  })
}

const asks = () => provider.requests.get('/token/introspection') ?? 0

test('a person, a machine, and what each may', async () => {
  await start()
  const person = await provider.tokenOf('ann', { client: browser, resource: PEOPLE })
  const machine = await provider.clientToken({ client: robot, scope: 'orders:read', resource: MACHINES })
  expect(await ask('/people/1', person)).toMatchObject({ status: 200, body: { sub: 'ann', identity: 'person' } })
  expect(await ask('/machines/1', machine)).toMatchObject({
    status: 200,
    body: { identity: 'machine', claims: { client_id: 'robot', scope: ['orders:read'] } },
  })
  expect((await ask('/machines/1', person)).status).toBe(403)
  expect((await ask('/people/1', machine)).status).toBe(403)
  const { body } = await ask('/people/2', person)
  expect(body).not.toHaveProperty('authorization')
  // One question a token, two documents of metadata at most, and nothing of it in the records.
  expect(asks()).toBe(2)
  const records = await app.audit(5)
  expect(JSON.stringify(records)).not.toContain(person)
  expect(records.at(-1)).toMatchObject({ caller: { identity: 'person', subject: 'ann' } })
})

test('tokens that do not count, on every route', async () => {
  await start()
  const codes = async (token: string) => {
    const { status, headers } = await ask('/open/1', token)
    return [status, headers.get('x-iap-error'), headers.get('www-authenticate')]
  }
  const invalid = 'Bearer realm="iap", error="invalid_token"'
  expect(await codes('made-up')).toEqual([401, 'inactive', invalid])
  const elsewhere = await provider.clientToken({ client: robot, scope: 'orders:read', resource: 'https://other.example' })
  expect(await codes(elsewhere)).toEqual([401, 'audience', invalid])
  const refresh = await provider.refreshTokenOf('ann', browser)
  expect(await codes(refresh)).toEqual([401, 'audience', invalid])
  const over = await provider.tokenOf('ann', { client: browser, resource: PEOPLE, seconds: 1 })
  await eventually(async () => ((await ask('/open/1', over)).status === 401 ? true : undefined))
  expect((await ask('/open/1')).status).toBe(200)
})

test('a token that was revoked stops when its answer counts no longer', async () => {
  await start({ shown: 'clientSecret: { file: ./secret }, cache: 1s' })
  const token = await provider.tokenOf('ann', { client: browser, resource: PEOPLE })
  expect((await ask('/people/1', token)).status).toBe(200)
  await provider.revoke(token)
  await eventually(async () => ((await ask('/people/1', token)).status === 401 ? true : undefined))
})

test('the provider stops: known tokens go on, others are told so, nothing hangs; and it comes back', async () => {
  await start()
  const [known, other] = [
    await provider.tokenOf('ann', { client: browser, resource: PEOPLE }),
    await provider.tokenOf('ann', { client: browser, resource: PEOPLE }),
  ]
  expect((await ask('/people/1', known)).status).toBe(200)
  await provider.down()
  expect((await ask('/people/1', known)).status).toBe(200)
  const refused = await ask('/people/1', other)
  expect(refused).toMatchObject({ status: 503 })
  expect(refused.headers.get('x-iap-error')).toBe('identity-provider-unavailable')
  const readyz = async () => (await (await fetch(`${app.admin}/readyz?verbose`)).json()) as { identityProviders: unknown[] }
  expect((await readyz()).identityProviders).toEqual([
    { issuer: provider.issuer, available: false, keys: null, age: null, problem: expect.stringContaining('ECONNREFUSED') },
  ])
  expect(await app.metric(`iap_identity_provider_available{issuer="${provider.issuer}"}`)).toBe(0)
  await provider.up()
  await eventually(async () => ((await ask('/people/1', other)).status === 200 ? true : undefined))
  expect((await readyz()).identityProviders).toMatchObject([{ available: true, problem: null }])
})

test('fifty requests with a new token: one question', async () => {
  await start()
  const token = await provider.tokenOf('ann', { client: browser, resource: PEOPLE })
  const statuses = await Promise.all(Array.from({ length: 50 }, async (_, at) => (await ask(`/people/${at}`, token)).status))
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(asks()).toBe(1)
})

describe('by what the proxy shows that it is the client', () => {
  async function isTaken(): Promise<number> {
    return (await ask('/people/1', await provider.tokenOf('ann', { client: browser, resource: PEOPLE }))).status
  }

  test('a secret that is wrong: it is told, and the secret is not', async () => {
    const wrong = 'something that is not the secret'
    await start({ files: { secret: wrong } })
    expect(await isTaken()).toBe(503)
    expect(app.log.join('')).toContain('(`invalid_client`) instead of 200: it does not accept the proxy as its client')
    const readyz = await (await fetch(`${app.admin}/readyz?verbose`)).text()
    expect(readyz).toContain('it does not accept the proxy as its client')
    expect(app.log.join('') + readyz).not.toContain(wrong)
  })

  test('a secret that was replaced is read anew', async () => {
    await start({ files: { secret: 'the secret that was there before' } })
    expect(await isTaken()).toBe(503)
    writeFileSync(join(app.folder, 'secret'), `${SECRET}\n`)
    await eventually(async () => ((await isTaken()) === 200 ? true : undefined))
  })

  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const registered = {
    client_id: 'iap',
    grant_types: [],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'private_key_jwt' as const,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'ES256' }] },
  }

  test.each([
    ['a JWK', JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' })],
    ['PEM', keyPem(privateKey)],
  ])('private_key_jwt, of %s', async (_, key) => {
    await start({ client: registered as never, shown: 'clientKey: ./client.key', files: { 'client.key': key } })
    expect(await isTaken()).toBe(200)
    // Each assertion counts once.
    expect(await isTaken()).toBe(200)
  })

  test('another key is not taken', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const files = { 'client.key': keyPem(other.privateKey) }
    await start({ client: registered as never, shown: 'clientKey: ./client.key', files })
    expect(await isTaken()).toBe(503)
  })

  test('tls_client_auth', async () => {
    const authority = testAuthority('providers')
    const [server, client, other] = [authority.server(['localhost']), authority.client('iap'), authority.client('other')]
    await start({
      tls: { ...server, ca: authority.cert },
      client: {
        client_id: 'iap',
        grant_types: [],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'tls_client_auth',
        tls_client_auth_subject_dn: 'CN=iap',
      } as never,
      shown: 'tls: { ca: ./ca.pem, cert: ./client.pem, key: ./client.key }',
      files: { 'ca.pem': authority.cert, 'client.pem': client.cert, 'client.key': client.key },
    })
    expect(await isTaken()).toBe(200)
    for (const [name, content] of Object.entries({ 'client.pem': other.cert, 'client.key': other.key }))
      writeFileSync(join(app.folder, name), content)
    await eventually(async () => ((await isTaken()) === 503 ? true : undefined))
  })
})
