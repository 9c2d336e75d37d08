import { expect, test } from 'vitest'
import { renderConfigError } from '../../../base/config-error.ts'
import { loadConfig } from '../load-config.ts'

function load(identity: string) {
  return loadConfig(`listeners: [{ address: 127.0.0.1:0 }]\nidentities:\n  staff: ${identity}\n`, '/etc/iap/iap.yaml', {
    dev: true,
  })
}

const path = ['identities', 'staff']

test.each([
  ['{ metadata: ./idp.xml, entityId: urn:desk }', { attributes: [], responseSigned: false, signing: null, clockSkew: 30_000 }],
  [
    '{ metadata: idp.xml, entityId: urn:desk, attributes: { email: mail, groups: ["urn:oid:1"] }, responseSigned: true, clockSkew: 5s, signing: { cert: ./a.pem, key: b } }',
    {
      attributes: [
        { claim: 'email', attribute: 'mail', list: false },
        { claim: 'groups', attribute: 'urn:oid:1', list: true },
      ],
      responseSigned: true,
      signing: { cert: '/etc/iap/a.pem', key: '/etc/iap/b' },
      clockSkew: 5000,
    },
  ],
])('%s', (text, read) => {
  expect(load(text)).toMatchObject({
    config: {
      identities: {
        staff: { saml: { metadata: '/etc/iap/idp.xml', entityId: 'urn:desk', path, ...read }, jwt: null, oidc: null },
      },
    },
  })
})

test('beside access tokens', () => {
  const text = '{ metadata: a, entityId: b, clockSkew: 1s, issuer: https://id.example, audience: a, algorithms: [ES256] }'
  expect(load(text)).toMatchObject({
    config: { identities: { staff: { saml: { clockSkew: 1000 }, jwt: { audience: ['a'], clockSkew: 1000 }, oidc: null } } },
  })
})

test.each([
  ['{ metadata: a }', '3:3: `identities.staff` lacks `entityId`: add it'],
  ['{ entityId: a }', '3:3: `identities.staff` lacks `metadata`: add it'],
  [
    '{ metadata: a, entityId: "" }',
    '3:35: `identities.staff.entityId` must be an entity ID such as `https://app.shop.example/.iap/saml/metadata`, not an empty string',
  ],
  [
    '{ metadata: a, entityId: b, attributes: {} }',
    '3:50: `identities.staff.attributes` is empty: expected an object such as `{ email: mail, groups: [memberOf] }`',
  ],
  [
    '{ metadata: a, entityId: b, attributes: { groups: [] } }',
    '3:60: `identities.staff.attributes.groups` is empty: expected the name of an attribute, or one name in brackets where the claim is a list',
  ],
  [
    '{ metadata: a, entityId: b, attributes: { groups: [c, d] } }',
    '3:60: `identities.staff.attributes.groups` must be the name of an attribute, or one name in brackets where the claim is a list, not a list',
  ],
  [
    '{ metadata: a, entityId: b, attributes: { email: 1 } }',
    '3:59: `identities.staff.attributes.email` must be the name of an attribute, or one name in brackets where the claim is a list, not `1`',
  ],
  [
    '{ metadata: a, entityId: b, attributes: { "e-mail": mail } }',
    '3:52: the key `e-mail` in `identities.staff.attributes` must be a name of the policy (letters, digits and `_`)',
  ],
  [
    '{ metadata: a, entityId: b, attributes: { sub: uid } }',
    '3:52: `sub` is set by the sign-in itself, not by an attribute: remove it',
  ],
  ['{ metadata: a, entityId: b, signing: { cert: a } }', '3:38: `identities.staff.signing` lacks `key`: add it'],
  [
    '{ metadata: a, entityId: b, responseSigned: 1 }',
    '3:54: `identities.staff.responseSigned` must be `true` or `false`, not `1`',
  ],
  ['{ metadata: a, entityId: b, clockSkew: 1h }', '3:49: `identities.staff.clockSkew` must be at most `5m`, got `1h`'],
  [
    '{ metadata: a, entityId: b, issuer: https://id.example, clientId: c, clientSecret: { env: A } }',
    '3:3: `identities.staff` must not have two methods to sign in with a browser: keep OpenID Connect or SAML',
  ],
])('%s is one mistake', (text, message) => {
  const result = load(text)
  expect(result.ok ? [] : result.errors.map(renderConfigError)).toEqual([`/etc/iap/iap.yaml:${message}`])
})
