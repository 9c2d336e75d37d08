import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NONE, PROVIDER_TOKENS, type ProviderTokenName } from '../support/provider-tokens.ts'
import { startTestProxy, startUpstream } from '../support/start-test-proxy.ts'
import { JWKS_PATH, startTestIssuer, type TestIssuer } from '../support/test-issuer.ts'

/** What docs/guides/identity-providers/provider-tokens.md shows works as it stands there, with the tokens of each provider, over the wire. */
const sections = readFileSync('docs/guides/identity-providers/provider-tokens.md', 'utf8').split(/^## /m).slice(1)
const shown = (section: string, language: string) =>
  [...section.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text)

/** By section, the token that its policy permits, and one that it does not. */
const TOKENS: Readonly<Record<string, readonly [permitted: ProviderTokenName, denied: Readonly<Record<string, unknown>>]>> = {
  'Entra ID, app-only': ['Entra ID 2.0, app-only', { roles: ['Orders.Write'] }],
  'Auth0, machine to machine': ['Auth0, machine to machine', { azp: 'x', sub: 'x@clients' }],
  Cognito: ['Cognito, of a user', { 'cognito:groups': ['others'] }],
  'Kubernetes service accounts': [
    'Kubernetes service account',
    { sub: 'system:serviceaccount:eve:web', 'kubernetes.io': { namespace: 'eve', serviceaccount: { name: 'web' } } },
  ],
  'GitHub Actions': ['GitHub Actions', { repository: 'eve/site', repository_owner: 'eve' }],
  'SPIFFE (JWT-SVID)': ['JWT-SVID', { sub: 'spiffe://prod.shop.example/ns/eve/web' }],
  'Google service accounts': ['Google service account', { email: 'web@eve.iam.gserviceaccount.com' }],
}

let issuer: TestIssuer
let upstream: Awaited<ReturnType<typeof startUpstream>>
beforeAll(async () => {
  issuer = await startTestIssuer('RS256')
  upstream = await startUpstream((_, response) => response.end())
})
afterAll(async () => {
  await issuer.close()
  await upstream.close()
})

interface Answer {
  readonly status: number
  readonly code: string | undefined
  readonly id: string
  readonly text: string
}

function ask(port: number, token: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { host: 'app.test', authorization: `Bearer ${token}` }
    request({ host: '127.0.0.1', port, path: '/x', agent: false, headers }, (response) => {
      let text = JSON.stringify(response.headers)
      response.on('data', (chunk) => {
        text += String(chunk)
      })
      response.on('end', () => {
        const { 'x-iap-error': code, 'x-iap-request-id': id } = response.headers as Record<string, string>
        resolve({ status: response.statusCode ?? 0, code, id: id ?? '', text })
      })
    })
      .on('error', reject)
      .end()
  })
}

async function start(section: string) {
  const [yaml = ''] = shown(section, 'yaml')
  const [policy = ''] = shown(section, 'iap')
  const identities = yaml.replace('identities:\n', '\n').replace(/^( +)issuer: .*$/m, `$&\n$1jwks: ${issuer.issuer}${JWKS_PATH}`)
  const services = `{ orders: { upstreams: ["${upstream.origin}"] } }`
  return await startTestProxy([], { policy, identities, services })
}

test('every section has a token', () => {
  expect(sections.map((section) => section.split('\n', 1)[0])).toEqual(Object.keys(TOKENS))
})

describe.each(sections.map((section) => [section.split('\n', 1)[0] ?? '', section] as const))('%s', (name, section) => {
  test('is permitted, denied, or refused with what was seen and expected', async () => {
    const [permitted, denied] = TOKENS[name] ?? []
    if (permitted === undefined) throw new Error(name)
    const { header, claims } = PROVIDER_TOKENS[permitted]
    const mint = (changes: object) => issuer.mint({ ...NONE, ...claims, ...changes }, { header: { typ: undefined, ...header } })
    const app = await start(section)
    expect((await ask(app.port, mint({}))).status).toBe(200)
    expect(await ask(app.port, mint({ ...denied }))).toMatchObject({ status: 403, code: 'denied' })

    // An ID token, whoever it is of.
    const refused = await ask(app.port, mint({ nonce: 'the nonce of a login' }))
    expect(refused.status).toBe(401)
    expect(refused.text).not.toMatch(/nonce/)
    const expected = { field: 'nonce', seen: 'present', expected: 'absent', verified: false }
    expect((await app.record(refused.id)).mismatch).toEqual(expected)

    const forOthers = await ask(app.port, mint({ aud: 'https://seen.example', iss: claims.iss }))
    expect(forOthers).toMatchObject({ status: 401, code: 'audience' })
    expect(forOthers.text).not.toMatch(/seen\.example/)
    expect(await app.record(forOthers.id)).toMatchObject({
      caller: null,
      code: 'audience',
      mismatch: { field: 'aud', seen: 'https://seen.example', expected: PROVIDER_TOKENS[permitted].config.audience[0] },
    })
    expect(app.log.join('')).toContain('seen=https://seen.example')
    await app.close()
  })
})
