import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, collectLog, fakePolicy, identityOf } from '../../../../tests/support/identity.ts'
import { NONE, PROVIDER_TOKENS, type ProviderToken, type ProviderTokenName } from '../../../../tests/support/provider-tokens.ts'
import { JWKS_PATH, startTestIssuer, type TestIssuer } from '../../../../tests/support/test-issuer.ts'
import type { Authentication } from '../../authentication.ts'
import { createAuthenticator } from '../../create-authenticator.ts'
import { ACCESS_TOKEN_MARKS } from './access-token-marks.ts'
import { PROFILES } from './profiles.ts'
import { WORKLOAD_TOKENS } from './workload-tokens.ts'

/** Class "token of another kind, client, tenant or platform": RFC 8725, sections 2.7, 2.8, 3.9 and 3.11. */

/** One signs for all, so that it is never the signature that refuses. */
let signs: TestIssuer
beforeAll(async () => {
  signs = await startTestIssuer('RS256')
})
afterAll(() => signs.close())

const names = Object.keys(PROVIDER_TOKENS) as ProviderTokenName[]
const token = (name: ProviderTokenName): ProviderToken => PROVIDER_TOKENS[name]

interface Changes {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
}

function mint({ claims, header }: Pick<ProviderToken, 'claims' | 'header'>, changes: Changes = {}): string {
  return signs.mint({ ...NONE, ...claims, ...changes.claims }, { header: { typ: undefined, ...header, ...changes.header } })
}

/** By the identity that accepts the one, whatever the other is. */
async function shown(to: ProviderTokenName, text: string): Promise<Authentication> {
  const { issuer, ...config } = token(to).config
  const identity = identityOf(issuer, { ...config, jwks: `${signs.issuer}${JWKS_PATH}`, algorithms: ['RS256'] })
  const authenticator = createAuthenticator({ caller: identity }, { clock: Date.now, log: collectLog() })
  return await authenticator.authenticate(bearer(text), fakePolicy())
}

async function outcome(to: ProviderTokenName, text: string): Promise<string> {
  const answer = await shown(to, text)
  if (answer.kind !== 'refused') return answer.kind
  return answer.mismatch === undefined ? answer.code : `${answer.code} ${answer.mismatch.field}`
}

test.each(names)('%s: accepted', async (name) => {
  const answer = await shown(name, mint(token(name)))
  expect(answer).toMatchObject({ kind: 'caller', subject: token(name).claims.sub })
})

const issuers = [...new Set(names.map((name) => token(name).config.issuer))]

test.each(names)('%s: refused by the identities of all other issuers', async (name) => {
  const others = names.filter((other) => token(other).config.issuer !== token(name).config.issuer)
  expect(others.length).toBeGreaterThan(issuers.length - 2)
  for (const other of others) expect(await outcome(other, mint(token(name))), other).toBe('issuer iss')
})

/** What would happen if a platform could be made to sign it: a token of one kind that says that it is from the issuer of another, for its audience. */
test.each(names)('%s: of no other kind, whoever has signed it', async (name) => {
  const kind = (one: ProviderTokenName) => one.replace(/,? (?:without|with|of|2\.0|1\.0|app-only).*$/, '')
  for (const other of names.filter((one) => kind(one) !== kind(name))) {
    const { config } = token(other)
    const asOther = { iss: config.issuer, aud: config.audience[0] }
    const result = await outcome(other, mint(token(name), { claims: asOther }))
    const isAccessToken = token(name).config.profile === 'jwt' && config.profile === 'jwt'
    expect(result, other).toMatch(isAccessToken ? /^caller$/ : /^(?:not-a(?:n-access|-workload)-token|claim-missing|token-type) /)
  }
})

type Case = readonly [name: ProviderTokenName, why: string, changes: Changes, code: string]

const ENTRA_ID_TOKEN = { azpacr: undefined, roles: undefined, preferred_username: 'ann@shop.example', name: 'Ann' }
const OTHER_TENANT = 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0'

const refused: readonly Case[] = [
  ['Entra ID 2.0, app-only', 'an ID token', { claims: ENTRA_ID_TOKEN }, 'not-an-access-token profile'],
  ['Entra ID 2.0, app-only', 'an ID token with a nonce', { claims: { nonce: 'n' } }, 'not-an-access-token nonce'],
  ['Entra ID 2.0, app-only', 'of another tenant, whose keys are the same', { claims: { iss: OTHER_TENANT } }, 'issuer iss'],
  ['Entra ID 2.0, app-only', 'for another API', { claims: { aud: 'https://graph.microsoft.com' } }, 'audience aud'],
  ['Entra ID 2.0, app-only', 'of no client', { claims: { azp: undefined } }, 'not-an-access-token profile'],
  ['Entra ID 1.0, app-only', 'of no client', { claims: { appid: undefined } }, 'not-an-access-token profile'],
  [
    'Auth0, machine to machine',
    'of another client than its subject',
    { claims: { azp: 'other' } },
    'not-an-access-token profile',
  ],
  [
    'Auth0, machine to machine',
    'an ID token',
    { claims: { gty: undefined, sub: 'auth0|1', sid: 's' } },
    'not-an-access-token profile',
  ],
  [
    'Auth0, machine to machine',
    'a user with the grant of machines',
    { claims: { sub: 'auth0|1' } },
    'not-an-access-token profile',
  ],
  ['Auth0, machine to machine', 'of two audiences, neither of which', { claims: { aud: ['a', 'b'] } }, 'audience aud'],
  ['Cognito, of a user', 'of another client', { claims: { client_id: 'other' } }, 'audience client_id'],
  ['Cognito, of a user', 'of no client', { claims: { client_id: undefined } }, 'audience aud'],
  ['Cognito, of a user', 'an ID token', idToken('id'), 'not-an-access-token token_use'],
  ['Cognito, of a user', 'an ID token without token_use', idToken(undefined), 'not-an-access-token profile'],
  ['Cognito, of a user', 'a refresh token', { claims: { token_use: 'refresh' } }, 'audience aud'],
  ['Cognito, of a user', 'without token_use', { claims: { token_use: undefined } }, 'audience aud'],
  ['Cognito, of a user', 'an audience that is not ours beside our client', { claims: { aud: 'other' } }, 'audience aud'],
  ['Cognito, of a user', 'an empty list of audiences beside our client', { claims: { aud: [] } }, 'audience aud'],
  ['Cognito, of a user', 'aud null beside our client', { claims: { aud: null } }, 'audience aud'],
  ['Kubernetes service account', 'for the API server as well', { claims: { aud: ['orders', 'k8s'] } }, 'audience-others aud'],
  ['Kubernetes service account', 'for the API server', { claims: { aud: ['k8s'] } }, 'audience aud'],
  ['Kubernetes service account', 'of a Secret', { claims: { 'kubernetes.io': undefined, exp: undefined } }, 'claim-missing exp'],
  [
    'Kubernetes service account',
    'a user of an OIDC provider',
    { claims: { 'kubernetes.io': undefined } },
    'not-a-workload-token kubernetes.io',
  ],
  ['Kubernetes service account', 'of another form', { claims: { sub: 'web' } }, 'not-a-workload-token sub'],
  [
    'Kubernetes service account',
    'in another namespace',
    { claims: { sub: 'system:serviceaccount:x:web' } },
    'not-a-workload-token kubernetes.io.namespace',
  ],
  [
    'Kubernetes service account',
    'of another account',
    { claims: { sub: 'system:serviceaccount:shop:x' } },
    'not-a-workload-token kubernetes.io.serviceaccount',
  ],
  [
    'Kubernetes service account',
    'a name with a colon',
    { claims: { sub: 'system:serviceaccount:shop:web:x' } },
    'not-a-workload-token sub',
  ],
  ['GitHub Actions', 'of the default audience', { claims: { aud: 'https://github.com/shop' } }, 'audience aud'],
  ['GitHub Actions', 'of no repository', { claims: { repository: undefined } }, 'not-a-workload-token repository'],
  [
    'GitHub Actions',
    'of a repository of somebody else',
    { claims: { repository_owner: 'eve' } },
    'not-a-workload-token repository_owner',
  ],
  ['GitHub Actions', 'an access token', { header: { typ: 'at+jwt' }, claims: { scope: 'x' } }, 'token-type typ'],
  [
    'JWT-SVID',
    'of another trust domain',
    { claims: { sub: 'spiffe://evil.example/ns/shop/sa/web' } },
    'not-a-workload-token trustDomain',
  ],
  [
    'JWT-SVID',
    'of a trust domain that begins alike',
    { claims: { sub: 'spiffe://prod.shop.example.evil/web' } },
    'not-a-workload-token trustDomain',
  ],
  ['JWT-SVID', 'of the trust domain itself', { claims: { sub: 'spiffe://prod.shop.example' } }, 'not-a-workload-token sub'],
  ['JWT-SVID', 'a path with dots', { claims: { sub: 'spiffe://prod.shop.example/../web' } }, 'not-a-workload-token sub'],
  ['JWT-SVID', 'a user of the issuer', { claims: { sub: 'ann' } }, 'not-a-workload-token sub'],
  ['JWT-SVID', 'of another issuer', { claims: { iss: 'https://evil.example' } }, 'issuer iss'],
  ['JWT-SVID', 'for another audience too', { claims: { aud: ['orders', 'stock'] } }, 'audience-others aud'],
  ['JWT-SVID', 'an ID token', { claims: { nonce: 'n' } }, 'not-a-workload-token nonce'],
  ['JWT-SVID without iss and iat', 'of another trust domain', { claims: { sub: 'spiffe://evil.example/web' } }, 'issuer iss'],
  ['JWT-SVID without iss and iat', 'iss null', { claims: { iss: null } }, 'issuer iss'],
  ['JWT-SVID without iss and iat', 'no end', { claims: { exp: undefined } }, 'claim-missing exp'],
  ['Google service account', 'a person', { claims: { email: 'eve@gmail.com' } }, 'not-a-workload-token email'],
  [
    'Google service account',
    'an address that ends alike',
    { claims: { email: 'x@evilgserviceaccount.com' } },
    'not-a-workload-token email',
  ],
  [
    'Google service account',
    'an address within an address',
    { claims: { email: 'x@a.gserviceaccount.com@evil.example' } },
    'not-a-workload-token email',
  ],
  [
    'Google service account',
    'an address that nobody verified',
    { claims: { email_verified: 'true' } },
    'not-a-workload-token email_verified',
  ],
  [
    'Google service account',
    'a list of addresses',
    { claims: { email: ['x@a.gserviceaccount.com'] } },
    'not-a-workload-token email',
  ],
  ['Google service account', 'an access token hash', { claims: { at_hash: 'h' } }, 'not-a-workload-token at_hash'],
  [
    'Google service account, without an address',
    'a person who has signed in to a client',
    { claims: { azp: '123-abc.apps.googleusercontent.com' } },
    'not-a-workload-token azp',
  ],
  [
    'Google service account, without an address',
    'azp is no number',
    { claims: { azp: 'x', sub: 'x' } },
    'not-a-workload-token azp',
  ],
]

function idToken(use: string | undefined): Changes {
  const { audience } = token('Cognito, of a user').config
  return { claims: { aud: audience[0], client_id: undefined, scope: undefined, token_use: use, 'cognito:username': 'ann' } }
}

test.each(refused)('%s, %s: refused', async (name, _, changes, code) => {
  expect(await outcome(name, mint(token(name), changes))).toBe(code)
})

test('a JWT-SVID without iss goes to the identity of its trust domain, and its key must have signed it', async () => {
  const other = await startTestIssuer('RS256')
  const of = (trustDomain: string, by: TestIssuer) =>
    identityOf(by.issuer, { profile: 'workload', trustDomain, audience: ['orders'], algorithms: ['RS256'] })
  const authenticator = createAuthenticator(
    { prod: of('prod.shop.example', signs), test: of('test.shop.example', other) },
    { clock: Date.now, log: collectLog() },
  )
  const svid = (domain: string) => mint(token('JWT-SVID without iss and iat'), { claims: { sub: `spiffe://${domain}/web` } })
  const ask = (text: string) => authenticator.authenticate(bearer(text), fakePolicy())
  expect(await ask(svid('prod.shop.example'))).toMatchObject({ kind: 'caller', identity: 'prod' })
  // Signed by the keys of one trust domain, for a workload of another.
  expect(await ask(svid('test.shop.example'))).toMatchObject({ kind: 'refused', code: 'unknown-key' })
  await other.close()
})

test('EdDSA is none of the algorithms of JWT-SVIDs', async () => {
  const issuer = await startTestIssuer('EdDSA')
  const config = { profile: 'workload', trustDomain: 'td', audience: ['orders'], algorithms: ['EdDSA'] } as const
  const authenticator = createAuthenticator({ w: identityOf(issuer.issuer, config) }, { clock: Date.now, log: collectLog() })
  const text = issuer.mint({ ...NONE, aud: 'orders', sub: 'spiffe://td/web' }, { header: { typ: 'JWT' } })
  const expected = { kind: 'refused', code: 'not-a-workload-token', mismatch: { field: 'alg', seen: 'EdDSA' } }
  expect(await authenticator.authenticate(bearer(text), fakePolicy())).toMatchObject(expected)
  await issuer.close()
})

describe('the tables of docs/reference/identities/jwt.md are those of the code', () => {
  const page = readFileSync('docs/reference/identities/jwt.md', 'utf8')
  const rows = (heading: string): string[][] => {
    const [, after = ''] = page.split(`\n${heading}\n`)
    const [section = ''] = after.split(/\n##+ /, 1)
    const lines = section.split('\n').filter((line) => line.startsWith('| '))
    return lines.slice(2).map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  }

  test('profiles', () => {
    const code = Object.entries(PROFILES).map(([name, { types, required, otherAudiences }]) => [
      `\`${name}\``,
      types.map((type) => (type === null ? 'none' : `\`${type}\``)).join(', '),
      required.map((claim) => `\`${claim}\``).join(', '),
      otherAudiences ? 'yes' : 'no',
    ])
    expect(rows('## Profiles').map((cells) => cells.slice(0, 4))).toEqual(code)
  })

  test('marks of access tokens', () => {
    expect(rows('### `jwt`')).toEqual(ACCESS_TOKEN_MARKS.map(({ mark, providers }) => [mark, providers]))
  })

  test('tokens of workloads', () => {
    expect(rows('### `workload`').map(([name]) => name)).toEqual(WORKLOAD_TOKENS.map(({ name }) => name))
  })
})
