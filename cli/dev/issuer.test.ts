import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DevIssuer, newIssuerKey, startIssuer } from './issuer.ts'

let issuer: DevIssuer
const callers = { ann: { identity: 'staff', claims: { sub: 'ann', groups: ['support'], iss: 'https://elsewhere', exp: 1 } } }

beforeAll(async () => {
  issuer = await startIssuer({ port: 0, callers: () => callers, audience: (identity) => `https://${identity}.example` })
})
afterAll(() => issuer.close())

const get = async (path: string, init?: RequestInit) => await fetch(`${issuer.origin}${path}`, init)

async function verified(token: string, audience: string) {
  const discovery = (await (await get('/staff/.well-known/openid-configuration')).json()) as { issuer: string; jwks_uri: string }
  expect(discovery.issuer).toBe(issuer.issuerOf('staff'))
  const keys = createRemoteJWKSet(new URL(discovery.jwks_uri))
  return await jwtVerify(token, keys, { issuer: discovery.issuer, audience, typ: 'at+jwt', algorithms: ['ES256'] })
}

describe('a token', () => {
  test('is one of RFC 9068, with the claims of its caller and no way to forge the rest', async () => {
    const answer = (await (await get('/token?caller=ann')).json()) as Record<string, unknown>
    expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 3600 })
    const { payload } = await verified(answer.access_token as string, 'https://staff.example')
    expect(payload).toMatchObject({ sub: 'ann', groups: ['support'], client_id: 'iap-dev' })
    expect(payload.jti).toMatch(/./)
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600)
  })

  test('comes bare for a shell, and by POST', async () => {
    const text = await (await get('/token?caller=ann&as=text')).text()
    expect(decodeProtectedHeader(text.trim()).typ).toBe('at+jwt')
    const posted = await get('/token', { method: 'POST', body: new URLSearchParams({ caller: 'ann' }) })
    expect(posted.status).toBe(200)
  })

  test('for another audience, to try out a refusal', async () => {
    const text = await (await get('/token?caller=ann&as=text&audience=https://other.example')).text()
    await verified(text.trim(), 'https://other.example')
  })

  test.each(['bob', '', 'constructor', '__proto__'])('is not there for `%s`', async (caller) => {
    expect((await get(`/token?caller=${caller}`)).status).toBe(400)
  })
})

test('a page of the web that points its own name here is refused', async () => {
  const { request } = await import('node:http')
  const status = await new Promise((resolve, reject) => {
    const url = new URL('/token?caller=ann', issuer.origin)
    const outgoing = request(url, { headers: { host: 'evil.example' } }, (answer) => resolve(answer.statusCode))
    outgoing.once('error', reject).end()
  })
  expect(status).toBe(403)
})

test('with its key kept, tokens outlive a restart', async () => {
  const key = await newIssuerKey()
  const options = { callers: () => callers, audience: () => 'a', key }
  const first = await startIssuer({ ...options, port: 0 })
  const keys = await (await fetch(`${first.origin}/jwks`)).json()
  await first.close()
  const second = await startIssuer({ ...options, port: 0 })
  expect(await (await fetch(`${second.origin}/jwks`)).json()).toEqual(keys)
  expect(JSON.stringify(keys)).not.toContain('"d"')
  await second.close()
})
