import type { ClientMetadata, JWK } from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OidcProvider, startOidcProvider } from '../support/oidc-provider.ts'
import { testKey } from '../support/test-issuer.ts'
import { anIssuer, setUp } from './set-up.ts'

const SECRET = 'a secret of the tests'
const redirect_uris = ['https://app.test/.iap/callback/user']
const [own, other] = [testKey('ES256', 'own'), testKey('ES256', 'own')]
/** Authenticates by `private_key_jwt`. */
const keyed: ClientMetadata = {
  ...{ client_id: 'keyed', token_endpoint_auth_method: 'private_key_jwt', redirect_uris },
  jwks: { keys: [own.jwk as JWK] },
}
const usual: ClientMetadata = { client_id: 'iap', client_secret: SECRET, redirect_uris }
const machine: ClientMetadata = {
  ...{ client_id: 'machine', client_secret: SECRET, redirect_uris: [], response_types: [] },
  grant_types: ['client_credentials'],
}

describe('an OpenID provider', () => {
  let provider: OidcProvider
  beforeAll(async () => {
    provider = await startOidcProvider({ clients: [usual, machine, keyed] })
  })
  afterAll(() => provider.close())

  async function diagnosed(clientId: string, secret: string, more = '') {
    const identities = `user: { issuer: "${provider.issuer}", clientId: ${clientId}, clientSecret: { file: ./secret }${more} }`
    const { doctor } = await setUp(await anIssuer(), { via: 'oidc', identities, files: { secret } })
    const { code, checks } = await doctor()
    return { code, blamed: checks.filter(({ result }) => result === 'problem' || result === 'warning'), checks }
  }

  test('that accepts the client', async () => {
    const { code, checks, blamed } = await diagnosed('iap', SECRET)
    expect([code, blamed]).toEqual([0, []])
    expect(checks).toContainEqual(expect.objectContaining({ check: 'client-credentials', result: 'ok' }))
  })

  test.each([
    [
      'refuses the secret',
      'iap',
      'another secret of the tests',
      '',
      'problem',
      /`invalid_client`.*client `iap`/,
      /compare .*`identities.user.clientId`/,
    ],
    ['does not know the client', 'nobody', SECRET, '', 'problem', /client `nobody`/, /compare .*`identities.user.clientId`/],
    [
      'does not let it exchange codes',
      'machine',
      SECRET,
      '',
      'warning',
      /not known whether it accepts the client `machine`/,
      /allow the authorization code grant/,
    ],
    [
      'does not know a scope',
      'iap',
      SECRET,
      ', scopes: [openid, groups]',
      'warning',
      /`groups`/,
      /remove them from `identities.user.scopes`/,
    ],
    [
      'signs by another algorithm',
      'iap',
      SECRET,
      ', scopes: [openid], algorithms: [ES512]',
      'problem',
      /none for the configured `ES512`/,
      /add one of these/,
    ],
  ])('that %s', async (_, clientId, secret, more, result, message, advice) => {
    const { blamed } = await diagnosed(clientId, secret, more)
    expect(blamed).toContainEqual(
      expect.objectContaining({ result, message: expect.stringMatching(message), advice: expect.stringMatching(advice) }),
    )
    expect(JSON.stringify(blamed)).not.toContain(secret)
  })

  test.each([
    ['accepts', own, 'ok', /accepts the client `keyed`/],
    ['does not know', other, 'problem', /does not accept the client `keyed`/],
  ] as const)('that %s the key of the client', async (_, { privateKey }, result, message) => {
    const identities = `user: { issuer: "${provider.issuer}", clientId: keyed, clientKey: ./key.json }`
    const files = { 'key.json': JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid: 'own' }) }
    const { checks } = await (await setUp(await anIssuer(), { via: 'oidc', identities, files })).doctor()
    const found = checks.filter(({ check }) => check === 'client-credentials')
    expect(found).toEqual([expect.objectContaining({ result, message: expect.stringMatching(message) })])
  })
})
