import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RawClient, type RawResponse } from '../support/raw-client.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'

let upstream: TestUpstream
let app: TestProxy
let reached = 0

beforeAll(async () => {
  upstream = await startUpstream((_, response) => {
    reached++
    response.end('the service')
  })
  app = await startTestProxy([upstream.origin])
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

async function ask(target: string, lines: readonly string[] = [], method = 'GET'): Promise<RawResponse> {
  const c = new RawClient(app.port)
  c.send(`${method} ${target} HTTP/1.1\nHost: app.test\n${lines.map((line) => `${line}\n`).join('')}\n`)
  const response = await c.response(method === 'HEAD')
  c.close()
  return response
}

const signedIn = (claims = {}) => `Authorization: ${app.bearer(claims)}`
const BROWSER = 'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8'

describe('who may not', () => {
  test.each([
    ['nobody on a route for users', '/users/x', [], 401, 'unauthenticated', 'unauthenticated', null],
    ['nobody where there is no route', '/nowhere', [], 403, 'no-route', 'deny', 'no-route'],
    ['nobody where only a forbid holds', '/tenant', ['X-Tenant: evil'], 403, 'denied', 'deny', 'Not <this> tenant.'],
    ['a user on a route for admins', '/admin/x', ['user'], 403, 'denied', 'deny', 'default'],
    ['a user whom a rule forbids', '/users/x', ['user', 'X-Tenant: evil'], 403, 'denied', 'deny', 'Not <this> tenant.'],
    ['a user whose condition cannot be evaluated', '/sum/1', ['user'], 403, 'denied', 'deny', 'default'],
    ['a header that comes twice', '/tenant', ['X-Tenant: a', 'X-Tenant: b'], 400, 'header-repeated', 'reject', null],
    ['a token that is none', '/open/x', ['Authorization: Bearer x'], 401, 'token-malformed', 'reject', null],
    ['claims that do not fit', '/open/x', ['ill'], 401, 'claims', 'reject', null],
    ['a path with two meanings', '/open/../users/x', [], 400, 'dot-segment', 'reject', null],
  ])('%s', async (_, target, lines, status, code, effect, reason) => {
    const before = reached
    const credentials: Record<string, () => string> = { user: () => signedIn(), ill: () => signedIn({ groups: 'admins' }) }
    const response = await ask(
      target,
      lines.map((line) => credentials[line]?.() ?? line),
    )
    expect([response.status, response.get('x-iap-error')]).toEqual([status, code])
    expect(response.get('content-type')).toBe('application/problem+json')
    expect(response.get('cache-control')).toBe('no-store')
    expect(response.get('www-authenticate') !== undefined).toBe(status === 401)
    const problem = JSON.parse(response.body)
    const because = reason?.startsWith('Not') ? { because: reason } : {}
    expect(problem).toEqual({
      type: `/.well-known/iap/errors#${code}`,
      title: expect.any(String),
      status,
      detail: expect.any(String),
      code,
      requestId: response.get('x-iap-request-id'),
      ...because,
    })
    expect(reached).toBe(before)
    expect(await app.record(problem.requestId)).toMatchObject({ effect, status, code, reason })
  })

  test('the record says which claim did not fit', async () => {
    await ask('/open/claims', [signedIn({ groups: 'admins' })])
    expect((await app.audit(1, '/open/claims'))[0]?.detail).toContain('/groups')
  })

  test('an evaluation error and all the rules that decided are in the record', async () => {
    await ask('/sum/2', [signedIn()])
    expect((await app.audit(1, '/sum/2'))[0]?.errors).toEqual([{ rule: 'small', error: 'evaluation' }])
    await ask('/users/two', [signedIn(), 'X-Tenant: evil'])
    expect((await app.audit(1, '/users/two'))[0]).toMatchObject({
      rules: ['evil'],
      caller: { identity: 'user', subject: 'ann' },
      labels: ['pii'],
    })
  })

  test('401 asks for a bearer token and names no error where there was none', async () => {
    expect((await ask('/users/x')).get('www-authenticate')).toBe('Bearer realm="iap"')
    expect((await ask('/users/x', ['Authorization: Bearer x'])).get('www-authenticate')).toContain('error="invalid_token"')
  })
})

describe('a page for a person', () => {
  test('says what, why, what to do, and the request id, and cannot be made to say more', async () => {
    const response = await ask('/tenant', ['X-Tenant: evil', BROWSER])
    expect(response.status).toBe(403)
    expect(response.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = response.get('content-security-policy')
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'; form-action 'none'$/,
    )
    expect(response.get('vary')).toBe('Accept')
    expect(response.body).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(response.body).toContain('<h1>Access denied</h1>')
    expect(response.body).toContain('Not &#60;this&#62; tenant.')
    expect(response.body).toContain('contact the operator of this service')
    expect(response.body).toContain(response.get('x-iap-request-id'))
    // The one script is the proxy's own, and its policy allows no other.
    expect(response.body.match(/<script/g)).toHaveLength(1)
    expect(response.body).not.toMatch(/<img|<form|<this/)
  })

  test.each([
    [BROWSER, 'text/html; charset=utf-8'],
    ['Accept: text/html', 'text/html; charset=utf-8'],
    ['Accept: */*', 'application/problem+json'],
    ['Accept: application/json, text/html;q=0.9', 'application/problem+json'],
    ['Accept: text/html;q=0', 'application/problem+json'],
    ['X: no Accept', 'application/problem+json'],
  ])('%s: %s', async (line, type) => expect((await ask('/users/x', [line])).get('content-type')).toBe(type))

  test('HEAD has the same head and no body', async () => {
    const response = await ask('/users/x', [BROWSER], 'HEAD')
    expect([response.status, Number(response.get('content-length')) > 500]).toEqual([401, true])
  })

  test('a script is never sent elsewhere', async () => {
    for (const line of [BROWSER, 'X-Requested-With: XMLHttpRequest', 'Sec-Fetch-Mode: cors'])
      expect((await ask('/users/x', [line])).get('location')).toBeUndefined()
  })
})

describe('pages of the proxy', () => {
  test('the keys of assertions, on every host, for anybody', async () => {
    const c = new RawClient(app.port)
    c.send('GET /.well-known/iap/jwks.json HTTP/1.1\nHost: anything.example\n\n')
    const response = await c.response()
    expect([response.status, response.get('content-type')]).toEqual([200, 'application/jwk-set+json'])
    const { keys } = JSON.parse(response.body)
    expect(keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256' })
    expect(Object.keys(keys[0])).not.toContain('d')
    c.close()
  })

  test.each([
    ['HEAD', '/.well-known/iap/jwks.json', 200, undefined],
    ['POST', '/.well-known/iap/jwks.json', 405, 'page-method'],
    ['GET', '/.well-known/iap/', 404, 'page-not-found'],
    ['GET', '/.well-known/iap/%6Awks.json', 200, undefined],
    ['GET', '/.well-known/iap', 403, 'no-route'],
  ])('%s %s: %i', async (method, target, status, code) => {
    const response = await ask(target, [], method)
    expect([response.status, response.get('x-iap-error')]).toEqual([status, code])
  })

  test('the errors page has an anchor for each code that a problem can name', async () => {
    const { body } = await ask('/.well-known/iap/errors')
    for (const code of ['no-route', 'denied', 'dot-segment', 'upstream-timeout', 'token-malformed', 'claims'])
      expect(body).toContain(`id="${code}"`)
  })
})
