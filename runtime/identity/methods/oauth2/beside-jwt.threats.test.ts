import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer, collectLog, fakePolicy, identityOf, NO_METHOD } from '../../../../tests/support/identity.ts'
import { oauth2Of, startIntrospection, type TestIntrospection, testClient } from '../../../../tests/support/introspection.ts'
import { startTestIssuer, type TestIssuer } from '../../../../tests/support/test-issuer.ts'
import { createAuthenticator } from '../../create-authenticator.ts'
import type { OAuth2Config } from './oauth2-config.ts'

/** One issuer whose tokens are verified for one identity and introspected for another: the form of a token says which, and nothing that fails at one is tried at the other. */

let issuer: TestIssuer
let server: TestIntrospection
beforeAll(async () => {
  issuer = await startTestIssuer()
  server = await startIntrospection()
})
afterAll(async () => {
  await issuer.close()
  await server.close()
})

const now = Math.floor(Date.now() / 1000)
const active = (changes: object = {}) => ({ active: true, iss: issuer.issuer, sub: 'pat', token_type: 'Bearer', ...changes })

async function outcome(token: string, partner: Partial<OAuth2Config> = {}) {
  const before = server.asked.length
  const asked = { ...oauth2Of({ issuer: issuer.issuer, url: server.url }, { audience: ['partners'], ...partner }) }
  const authenticator = createAuthenticator(
    { staff: identityOf(issuer.issuer, { audience: ['staff'] }), partner: { ...NO_METHOD, oauth2: asked } },
    { clock: () => now * 1000, log: collectLog(), clients: new Map([['partner', testClient()]]) },
  )
  const answer = await authenticator.authenticate(bearer(token), fakePolicy())
  const who = answer.kind === 'caller' ? answer.identity : answer.kind === 'refused' ? answer.code : answer.kind
  return { who, asked: server.asked.length - before }
}

/** The server vouches for whatever it is asked about, so that only the choice of the method refuses. */
function vouchedFor(token: string, claims: object = {}): string {
  server.answer(token, active({ aud: 'partners', ...claims }))
  return token
}

const mint = (claims: object, header: object = {}) => issuer.mint({ ...claims }, { header: { ...header }, now })
const forged = (token: string) => `${token.slice(0, token.lastIndexOf('.'))}.${Buffer.alloc(64, 1).toString('base64url')}`

describe('a JWT for the identity via jwt', () => {
  test('is verified, and nobody is asked', async () => {
    expect(await outcome(vouchedFor(mint({ aud: 'staff' })))).toEqual({ who: 'staff', asked: 0 })
  })

  test.each([
    ['a wrong signature', () => forged(mint({ aud: 'staff' })), 'signature'],
    ['that is over', () => mint({ aud: 'staff', exp: now - 60 }), 'expired'],
    ['an ID token', () => mint({ aud: 'staff' }, { typ: 'JWT' }), 'token-type'],
    ['of another algorithm', () => mint({ aud: 'staff' }, { alg: 'none' }), 'token-algorithm'],
    ['for both', () => mint({ aud: ['staff', 'partners'], exp: now - 60 }), 'expired'],
  ])('%s: refused, and nobody is asked', async (_, token, code) => {
    expect(await outcome(vouchedFor(token()))).toEqual({ who: code, asked: 0 })
  })
})

describe('a JWT for the identity via oauth2', () => {
  test('is introspected', async () => {
    expect(await outcome(vouchedFor(mint({ aud: 'partners' })))).toEqual({ who: 'partner', asked: 1 })
  })

  test.each([
    ['that the issuer does not know', () => mint({ aud: 'partners' }), 'inactive'],
    ['that somebody made up', () => forged(mint({ aud: 'partners' })), 'inactive'],
    ['of which the issuer says another audience', () => vouchedFor(mint({ aud: 'partners' }), { aud: 'staff' }), 'audience'],
    [
      'of which the issuer says that it is an ID token',
      () => vouchedFor(mint({ aud: 'partners' }), { typ: 'ID' }),
      'not-an-access-token',
    ],
  ])('%s: refused, though its form would do via jwt', async (_, token, code) => {
    expect(await outcome(token())).toEqual({ who: code, asked: 1 })
  })
})

test.each([
  ['a JWT of the issuer for nobody here', () => mint({ aud: 'others' }), {}, 'audience'],
  ['a JWT of the issuer without an audience', () => mint({ aud: undefined }), {}, 'audience'],
  [
    'a JWT for nobody via jwt, where the other identity takes any audience',
    () => mint({ aud: 'x' }),
    { audience: [] },
    'audience',
  ],
  ['a JWT for the other identity, without its prefix', () => mint({ aud: 'partners' }), { prefix: 'at_' }, 'audience'],
  [
    'a JWT of another issuer for the identity via oauth2',
    () => mint({ aud: 'partners', iss: 'https://x.example' }),
    {},
    'issuer',
  ],
] as const)('%s: refused, and nobody is asked', async (_, token, partner, code) => {
  expect(await outcome(vouchedFor(token()), partner)).toEqual({ who: code, asked: 0 })
})

test('an opaque token is introspected, whatever it looks like', async () => {
  for (const token of ['opaque-1', 'a.b.c', `${Buffer.from('{}').toString('base64url')}.x.y`, 'a.b.c.d.e'])
    expect(await outcome(vouchedFor(token)), token).toEqual({ who: 'partner', asked: 1 })
})
