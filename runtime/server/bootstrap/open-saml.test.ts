import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { collectLog } from '../../../tests/support/identity.ts'
import { idpMetadata, samlKeys } from '../../../tests/support/saml.ts'
import { makeCertificate } from '../../../tests/support/x509.ts'
import { loadConfig } from '../config/index.ts'
import { openSaml } from './open-saml.ts'

const folder = mkdtempSync(join(tmpdir(), 'iap-saml-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const { cert, key } = samlKeys()
const elliptic = makeCertificate({ subject: 'elliptic' })
for (const [name, text] of Object.entries({
  'idp.xml': idpMetadata({ entityId: 'urn:idp', certificates: [cert], signIn: 'https://idp.example/' }),
  'bad.xml': '<a/>',
  'http.xml': idpMetadata({ entityId: 'urn:idp', certificates: [cert], signIn: 'http://idp.example/' }),
  'a.pem': cert,
  'a.key': key,
  'b.key': samlKeys().key,
  'e.pem': elliptic.cert,
  'e.key': elliptic.key,
}))
  writeFileSync(join(folder, name), text)
mkdirSync(join(folder, 'folder'))

async function open(identity: string, options = {}) {
  const text = `listeners: [{ address: 127.0.0.1:0 }]\nidentities: { staff: { entityId: urn:sp, ${identity} } }\n`
  const loaded = loadConfig(text, join(folder, 'iap.yaml'), { dev: true, ...options })
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join())
  const opened = await openSaml(loaded.config, { log: collectLog(), clock: Date.now })
  await Promise.all([...opened.providers.values()].map((one) => one.close()))
  return opened
}

test('what is good opens', async () => {
  const { providers, problems } = await open('metadata: idp.xml, signing: { cert: a.pem, key: a.key }')
  expect(problems).toEqual([])
  expect(providers.get('staff')?.config).toEqual({
    issuer: 'urn:idp',
    clientId: 'urn:sp',
    clockSkew: 30_000,
    mfa: { amr: ['mfa'], acr: ['mfa'] },
  })
  expect((await open('metadata: http.xml', { insecureHttpIssuer: true })).problems).toEqual([])
})

test.each([
  ['metadata: nothing.xml', 'environment', /:2:\d+: `.*nothing.xml` does not exist$/],
  ['metadata: folder', 'environment', /`.*folder` is not a file: expected a regular file$/],
  ['metadata: bad.xml', 'content', /`.*bad.xml` is not the metadata of a SAML identity provider/],
  ['metadata: http.xml', 'content', /`.*http.xml` has a `SingleSignOnService` that is not an `https:` address$/],
  ['metadata: idp.xml, signing: { cert: a.pem, key: none.key }', 'environment', /cannot be read: ENOENT/],
  ['metadata: idp.xml, signing: { cert: a.pem, key: b.key }', 'content', /`.*a.pem` is not the certificate of `.*b.key`$/],
  [
    'metadata: idp.xml, signing: { cert: e.pem, key: e.key }',
    'content',
    /`.*e.key` is not an RSA key, which SAML providers require$/,
  ],
  ['metadata: idp.xml, signing: { cert: idp.xml, key: a.key }', 'content', /is not PEM of a certificate and its private key$/],
])('%s', async (identity, fault, message) => {
  const { problems } = await open(identity)
  expect(problems).toEqual([{ fault, message: expect.stringMatching(message) }])
})

test('two identities are not one service provider of one identity provider', async () => {
  const two = (entityId: string) =>
    open(`metadata: idp.xml }, partner: { entityId: "${entityId}", metadata: idp.xml`).then(({ problems }) => problems)
  expect(await two('urn:partner')).toEqual([])
  expect(await two('urn:sp')).toEqual([
    { fault: 'content', message: expect.stringMatching(/`partner` is the client `urn:sp` of the same provider as `staff`/) },
  ])
})
