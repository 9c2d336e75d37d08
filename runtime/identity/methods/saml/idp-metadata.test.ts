import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { type IdpDescription, idpMetadata, samlKeys } from '../../../../tests/support/saml.ts'
import { makeCertificate } from '../../../../tests/support/x509.ts'
import { readIdpMetadata } from './idp-metadata.ts'

const { cert } = samlKeys()
const small = samlKeys('small', 1024).cert
const elliptic = makeCertificate({ subject: 'elliptic' }).cert
const expired = makeCertificate({
  subject: 'expired',
  from: -9,
  to: -8,
  keys: generateKeyPairSync('rsa', { modulusLength: 2048 }),
}).cert
const usual: IdpDescription = {
  entityId: 'urn:idp',
  certificates: [cert],
  signIn: 'https://idp.example/in?a=1',
  signOut: 'https://idp.example/out',
}
const made = (parts: Partial<IdpDescription> = {}) => idpMetadata({ ...usual, ...parts })
const read = (xml: string) => readIdpMetadata(Buffer.from(xml), ({ protocol }) => protocol === 'https:')

test('what it says', () => {
  expect(read(made())).toMatchObject({
    ok: true,
    value: {
      entityId: 'urn:idp',
      signIn: 'https://idp.example/in?a=1',
      signOut: { request: 'https://idp.example/out', response: 'https://idp.example/out' },
      certificates: [{ pem: cert }],
    },
  })
  const answers = made().replace('Location="https://idp.example/out"', '$& ResponseLocation="https://idp.example/answers"')
  expect(read(answers)).toMatchObject({
    value: { signOut: { request: 'https://idp.example/out', response: 'https://idp.example/answers' } },
  })
  expect(read(made({ signOut: null }))).toMatchObject({ value: { signOut: null } })
})

test('keys: those for signatures, and those that do not say what for, each once', () => {
  const other = samlKeys('other').cert
  expect(read(made({ certificates: [cert, cert, other] }))).toMatchObject({
    value: { certificates: [{ pem: cert }, { pem: other }] },
  })
  expect(read(made().replace(' use="signing"', ''))).toMatchObject({ ok: true })
  expect(read(made().replace('use="signing"', 'use="encryption"'))).toMatchObject({ ok: false })
})

test.each<[string, string, string]>([
  ['nothing', '', 'cannot be read: it is not well-formed XML'],
  [
    'another kind of file',
    '<a/>',
    'is not the metadata of a SAML identity provider (`EntityDescriptor` with `IDPSSODescriptor`)',
  ],
  [
    'that of a service provider',
    made().replaceAll('IDPSSODescriptor', 'SPSSODescriptor'),
    'is not the metadata of a SAML identity provider (`EntityDescriptor` with `IDPSSODescriptor`)',
  ],
  ['that of a federation', '<EntitiesDescriptor/>', 'describes several entities, and must describe only the provider'],
  ['SAML 1.1', made().replace('SAML:2.0:protocol', 'SAML:1.1:protocol'), 'is not of SAML 2.0'],
  ['no name', made({ entityId: '' }), 'has no `entityID`'],
  [
    'no place to sign in',
    made().replace('<SingleSignOnService', '<Other'),
    'has no `SingleSignOnService` of the binding HTTP-Redirect',
  ],
  [
    'by another binding',
    made({ signOut: null }).replace('HTTP-Redirect', 'HTTP-POST'),
    'has no `SingleSignOnService` of the binding HTTP-Redirect',
  ],
  ['http', made({ signIn: 'http://idp.example/' }), 'has a `SingleSignOnService` that is not an `https:` address'],
  ['a script', made({ signIn: 'javascript:alert(1)' }), 'has a `SingleSignOnService` that is not an `https:` address'],
  [
    'a script to sign out',
    made({ signOut: 'javascript:alert(1)' }),
    'has a `SingleLogoutService` that is not an `https:` address',
  ],
  ['no certificate', made({ certificates: [] }), 'has no certificate for signatures of the provider'],
  [
    'four',
    made({ certificates: ['a', 'b', 'c', 'd'].map((name) => samlKeys(name).cert) }),
    'has more than 3 certificates for signatures',
  ],
  ['what is no certificate', made({ certificates: ['AAAA'] }), 'has a certificate that cannot be read'],
  ['a small key', made({ certificates: [small] }), 'has a certificate for signatures whose key is not RSA of 2048 bits or more'],
  [
    'an elliptic key',
    made({ certificates: [elliptic] }),
    'has a certificate for signatures whose key is not RSA of 2048 bits or more',
  ],
  ['a DTD', `<!DOCTYPE a>${made().replace(/^<\?.*\?>\s*/, '')}`, 'cannot be read: it has a document type (DTD)'],
])('%s', (_, xml, message) => {
  expect(read(xml)).toEqual({ ok: false, message })
})

test('dates of certificates say nothing, and what is no UTF-8 is no metadata', () => {
  expect(read(made({ certificates: [expired] }))).toMatchObject({ ok: true })
  expect(readIdpMetadata(Buffer.from([0x3c, 0xff]), () => true)).toEqual({ ok: false, message: 'is not UTF-8' })
})
