/** What being revoked costs whom: for who is known and not revoked, one comparison. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { bearer, collectLog, fakePolicy, identityOf } from '../../tests/support/identity.ts'
import { startTestIssuer, type TestIssuer } from '../../tests/support/test-issuer.ts'
import { until } from '../../tests/support/until.ts'
import { createAuthenticator } from './create-authenticator.ts'
import { newRevocation, Revocations, type Revoked } from './revocation/index.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await startTestIssuer()
})
afterAll(() => issuer.close())

function revocation(what: Revoked) {
  const now = Date.now()
  return newRevocation({ what, before: now, until: now + 60_000, reason: null, by: 'token 1', made: now })
}

function setup() {
  const revocations = new Revocations()
  const look = vi.spyOn(revocations, 'revokes')
  const authenticator = createAuthenticator(
    { staff: identityOf(issuer.issuer) },
    { clock: Date.now, log: collectLog(), revocations },
  )
  const policy = fakePolicy()
  return { revocations, look, ask: (token: string) => authenticator.authenticate(bearer(token), policy) }
}

test('a known credential is looked up once for each change, and not for each request', async () => {
  const { revocations, look, ask } = setup()
  const token = issuer.mint({ sub: 'ann' })
  const first = await ask(token)
  expect(look).toHaveBeenCalledTimes(1)
  for (let i = 0; i < 100; i++) expect(ask(token)).toBe(first)
  expect(look).toHaveBeenCalledTimes(1)
  revocations.apply({ added: [revocation({ kind: 'subject', identity: 'staff', subject: 'ben' })], removed: [] })
  for (let i = 0; i < 100; i++) expect(ask(token)).toBe(first)
  expect(look).toHaveBeenCalledTimes(2)
})

test('revoked, it is refused at once, each time, though it is known; and counts again when that is taken back', async () => {
  const { revocations, ask } = setup()
  const token = issuer.mint({ sub: 'ann' })
  const first = await ask(token)
  const one = revocation({ kind: 'subject', identity: 'staff', subject: 'ann' })
  revocations.apply({ added: [one], removed: [] })
  for (let i = 0; i < 3; i++) expect(ask(token)).toMatchObject({ kind: 'refused', status: 401, code: 'revoked' })
  revocations.apply({ added: [], removed: [one.id] })
  expect(ask(token)).toBe(first)
})

test('a revocation that comes while the credential is verified counts', async () => {
  const { revocations, ask } = setup()
  const answer = ask(issuer.mint({ sub: 'ann' }))
  revocations.apply({ added: [revocation({ kind: 'identity', identity: 'staff' })], removed: [] })
  expect(await answer).toMatchObject({ kind: 'refused', code: 'revoked' })
})

test('an issuer whose clock is ahead cannot issue what is out of reach', async () => {
  const { revocations, ask } = setup()
  const token = issuer.mint({ sub: 'ann', iat: Math.floor(Date.now() / 1000) + 25 })
  expect(await ask(token)).toMatchObject({ kind: 'caller' })
  const verified = Date.now()
  await until(() => Date.now() > verified + 1)
  revocations.apply({ added: [revocation({ kind: 'subject', identity: 'staff', subject: 'ann' })], removed: [] })
  expect(ask(token)).toMatchObject({ kind: 'refused', code: 'revoked' })
})

test('while nothing would be heard of, nobody counts, known or not; anonymous requests do', async () => {
  const { revocations, ask } = setup()
  const token = issuer.mint({ sub: 'ann' })
  await ask(token)
  revocations.setHears(false)
  expect(ask(token)).toMatchObject({ kind: 'refused', status: 503, code: 'revocations-unavailable' })
  expect(await ask(issuer.mint({ sub: 'ben' }))).toMatchObject({ status: 503, code: 'revocations-unavailable' })
  revocations.setHears(true)
  expect(ask(token)).toMatchObject({ kind: 'caller' })
})
