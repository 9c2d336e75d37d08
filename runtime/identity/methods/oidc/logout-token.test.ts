import { afterAll, beforeAll, expect, test } from 'vitest'
import { collectLog } from '../../../../tests/support/identity.ts'
import { startTestIssuer, type TestIssuer } from '../../../../tests/support/test-issuer.ts'
import { DEFAULT_MFA } from '../../token/read-authentication.ts'
import { LogoutTokens } from './logout-token.ts'
import type { OidcConfig } from './oidc-config.ts'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await startTestIssuer('ES256')
})
afterAll(() => issuer.close())

const asked: string[] = []

function check(algorithms: OidcConfig['algorithms']) {
  const config: OidcConfig = {
    issuer: issuer.issuer,
    clientId: 'iap',
    client: { kind: 'secret', secret: { env: 'NONE' } },
    tls: null,
    scopes: ['openid'],
    algorithms,
    userinfo: false,
    clockSkew: 30_000,
    staleSession: 0,
    staleKeys: 3_600_000,
    mfa: DEFAULT_MFA,
  }
  const deps = { clock: Date.now, monotonic: () => performance.now(), log: collectLog(), fetch, fetchTimeout: 5000 }
  const fetchOf = (identity: string): typeof fetch => {
    asked.push(identity)
    return fetch
  }
  const event = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  const token = issuer.mint({ aud: 'iap', events: event }, { header: { typ: 'logout+jwt' } })
  return new LogoutTokens(new Map([['staff', config]]), { ...deps, fetchOf }).check(token)
}

test('`algorithms` of the identity are those of its logout tokens', async () => {
  expect(await check(['ES256'])).toMatchObject({ ok: true, identity: 'staff', subject: 'ann' })
  expect(await check(null)).toMatchObject({ ok: true })
  expect(await check(['RS256'])).toEqual({ ok: false, detail: 'the configuration does not allow the `alg`' })
})

test('its keys are asked for over the connections of the identity', () => {
  expect([...new Set(asked)]).toEqual(['staff'])
})
