import { expect, test, vi } from 'vitest'
import { canonicalizeUrl } from '../../../request/index.ts'
import { compilePolicy } from '../../../tests/support/compile-policy.ts'
import { instantiate, noData, type Policy, readBundle } from '../../policy/index.ts'
import type { RequestContext } from '../request-context.ts'
import { forCaller, withoutSharedCaching } from './response-headers.ts'

const POLICY = `
identity user via jwt { sub: string }
service app at "app.test" {
  route own  GET "/own/{name: string}"
  route some GET "/some/{name: string}"
}
permit own on app.own to user when params.name == caller.sub
permit open on app.some to anyone when params.name == "open"
permit own_some on app.some to user
`
const PUBLIC = ['cache-control', 'public, max-age=5']
const PRIVATE = ['cache-control', 'private, max-age=5']

async function policyOf(text: string): Promise<Policy> {
  const read = await readBundle(await compilePolicy(text), { keys: 'unverified' })
  if (!read.ok) throw new Error(read.message)
  return instantiate(read.bundle)
}

function exchangeOf(policy: Policy, path: string, changes: Partial<RequestContext> = {}): RequestContext {
  const canonical = canonicalizeUrl({ method: 'GET', url: `https://app.test${path}` })
  if (!canonical.ok) throw new Error(canonical.refusal.code)
  const routeIndex = policy.route(canonical.request)
  const decisionRequest = policy.request(routeIndex, canonical.request, { time: 0n, mtls: null, data: noData }, null, null)
  const route = policy.module.routes[routeIndex] ?? null
  const known = { authentication: { kind: 'caller' }, policy, route, routeIndex, decisionRequest, certificate: null }
  return { ...known, ...changes } as unknown as RequestContext
}

test('an answer costs a second decision only on a route that may be permitted to anonymous clients', async () => {
  const policy = await policyOf(POLICY)
  const decide = vi.spyOn(policy, 'decide')
  for (let i = 0; i < 3; i++) expect(forCaller(exchangeOf(policy, '/own/ann'), PUBLIC)).toEqual(PRIVATE)
  expect(decide).not.toHaveBeenCalled()
  expect(forCaller(exchangeOf(policy, '/some/open'), PUBLIC)).toBe(PUBLIC)
  expect(forCaller(exchangeOf(policy, '/some/closed'), PUBLIC)).toEqual(PRIVATE)
  expect(decide).toHaveBeenCalledTimes(2)
  // The service itself keeps shared caches from it.
  for (const directives of ['private, max-age=5', 'private,max-age=5', 'no-store']) {
    const headers = ['cache-control', directives]
    expect(forCaller(exchangeOf(policy, '/some/open'), headers)).toBe(headers)
  }
  expect(decide).toHaveBeenCalledTimes(2)
})

test('an answer to a connection with a client certificate is private, whoever the caller is', async () => {
  const policy = await policyOf(POLICY)
  for (const kind of ['caller', 'anonymous'] as const) {
    const changes = {
      authentication: { kind } as RequestContext['authentication'],
      certificate: {} as RequestContext['certificate'],
    }
    expect(forCaller(exchangeOf(policy, '/some/open', changes), PUBLIC)).toEqual(PRIVATE)
  }
})

test.each<[string[], string[]]>([
  [[], ['cache-control', 'private']],
  [
    ['Cache-Control', 'public, max-age=3600'],
    ['Cache-Control', 'private, max-age=3600'],
  ],
  [
    ['cache-control', 'max-age=60, s-maxage=3600'],
    ['cache-control', 'private, max-age=60'],
  ],
  [
    ['cache-control', 'Public'],
    ['cache-control', 'private'],
  ],
  [
    ['cache-control', 'S-MaxAge = "5" , must-revalidate'],
    ['cache-control', 'private, must-revalidate'],
  ],
  [
    ['cache-control', 'private, max-age=5'],
    ['cache-control', 'private, max-age=5'],
  ],
  [
    ['cache-control', 'no-store'],
    ['cache-control', 'no-store'],
  ],
  [
    ['cache-control', 'public, no-store'],
    ['cache-control', 'no-store'],
  ],
  [
    ['cache-control', 'public, private'],
    ['cache-control', 'private'],
  ],
  // Of some fields alone: the rest could be stored.
  [
    ['cache-control', 'private="set-cookie, x", max-age=5'],
    ['cache-control', 'private, private="set-cookie, x", max-age=5'],
  ],
  [
    ['cache-control', 'no-cache="a, public", public'],
    ['cache-control', 'private, no-cache="a, public"'],
  ],
  [
    ['cache-control', 'x="open, public'],
    ['cache-control', 'private, x="open, public'],
  ],
  [
    ['cache-control', 'public', 'a', 'b', 'cache-control', 'max-age=5'],
    ['cache-control', '', 'a', 'b', 'cache-control', 'private, max-age=5'],
  ],
  [
    ['cache-control', 'no-store', 'cache-control', 'public'],
    ['cache-control', 'no-store', 'cache-control', ''],
  ],
  [
    ['Surrogate-Control', 'max-age=5', 'CDN-Cache-Control', 'x', 'Cloudflare-CDN-Cache-Control', 'y'],
    ['cache-control', 'private'],
  ],
  [
    ['X-Accel-Expires', '60', 'Edge-Control', 'x', 'Expires', 'z', 'ETag', '"a"'],
    ['Expires', 'z', 'ETag', '"a"', 'cache-control', 'private'],
  ],
])('%j becomes %j', (headers, expected) => expect(withoutSharedCaching(headers)).toEqual(expected))
