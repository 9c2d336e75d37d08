import { generateKeyPairSync } from 'node:crypto'
import { signXml } from '@node-saml/node-saml/lib/xml.js'
import { testAuthority } from './test-authority.ts'
import type { Certified } from './x509.ts'

/** RSA, which SAML providers have, with a certificate of an authority of the tests. */
export function samlKeys(subject = 'a SAML provider', bits = 2048): Certified {
  return testAuthority().client(subject, { keys: generateKeyPairSync('rsa', { modulusLength: bits }) })
}

export interface IdpDescription {
  readonly entityId: string
  readonly certificates: readonly string[]
  readonly signIn: string
  readonly signOut?: string | null
}

export function idpMetadata({ entityId, certificates, signIn, signOut = null }: IdpDescription): string {
  const keys = certificates.map(
    (cert) =>
      `<KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${base64Of(cert)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></KeyDescriptor>`,
  )
  const binding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'
  const logout = signOut === null ? '' : `<SingleLogoutService Binding="${binding}" Location="${signOut}"/>`
  return `<?xml version="1.0"?>
<!-- as an operator has it -->
<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${keys.join('')}${logout}<SingleSignOnService Binding="${binding}" Location="${signIn}"/></IDPSSODescriptor></EntityDescriptor>`
}

/** PEM without its lines. */
export function base64Of(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s/g, '')
}

/** What a test may want other than it should be. */
export interface ResponseParts {
  readonly responseId: string
  readonly assertionId: string
  readonly issuer: string
  readonly audience: string
  readonly recipient: string
  readonly destination: string | null
  readonly inResponseTo: string
  readonly subjectInResponseTo: string
  /** XML. */
  readonly nameId: string
  readonly sessionIndex: string
  readonly status: string
  /** Milliseconds since 1970. */
  readonly now: number
  readonly notBefore: number
  readonly notOnOrAfter: number
  readonly subjectNotOnOrAfter: number
  readonly authnInstant: number
  readonly sessionNotOnOrAfter: number | null
  readonly contextClass: string
  /** XML. */
  readonly attributes: string
  readonly conditions: string
  readonly signAssertion: boolean
  readonly signResponse: boolean
  readonly keys: Certified
  readonly signatureAlgorithm: 'sha1' | 'sha256' | 'sha512'
  readonly digestAlgorithm: 'sha1' | 'sha256' | 'sha512'
  /** Of the assertion, before it is signed; of the whole, after. */
  readonly before: (assertion: string) => string
  readonly after: (response: string) => string
}

const SAML = 'urn:oasis:names:tc:SAML:2.0'

export function samlResponse(
  parts: Pick<ResponseParts, 'issuer' | 'audience' | 'recipient' | 'inResponseTo' | 'keys'> & Partial<ResponseParts>,
): string {
  const now = parts.now ?? Date.now()
  const all: ResponseParts = {
    responseId: '_response',
    assertionId: `_assertion-${Math.random().toString(36).slice(2)}`,
    destination: parts.recipient,
    subjectInResponseTo: parts.inResponseTo,
    nameId: '<saml:NameID>ann</saml:NameID>',
    sessionIndex: 'one',
    status: `${SAML}:status:Success`,
    now,
    notBefore: now - 60_000,
    notOnOrAfter: now + 300_000,
    subjectNotOnOrAfter: now + 300_000,
    authnInstant: now - 1000,
    sessionNotOnOrAfter: null,
    contextClass: `${SAML}:ac:classes:PasswordProtectedTransport`,
    attributes: attribute('groups', 'users'),
    conditions: '',
    signAssertion: true,
    signResponse: false,
    signatureAlgorithm: 'sha256',
    digestAlgorithm: 'sha256',
    before: (text) => text,
    after: (text) => text,
    ...parts,
  }
  const assertion = all.before(assertionXml(all))
  const destination = all.destination === null ? '' : ` Destination="${all.destination}"`
  let response = `<samlp:Response xmlns:samlp="${SAML}:protocol" xmlns:saml="${SAML}:assertion" ID="${all.responseId}" Version="2.0" IssueInstant="${instant(now)}"${destination} InResponseTo="${all.inResponseTo}"><saml:Issuer>${all.issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${all.status}"/></samlp:Status>${assertion}</samlp:Response>`
  if (all.signAssertion) response = signElement(response, 'Assertion', all)
  if (all.signResponse) response = signElement(response, 'Response', all)
  return all.after(response)
}

export function signElement(
  xml: string,
  name: string,
  { keys, signatureAlgorithm = 'sha256', digestAlgorithm = 'sha256' }: Pick<ResponseParts, 'keys'> & Partial<ResponseParts>,
): string {
  const xpath = name === 'Assertion' ? "/*/*[local-name(.)='Assertion']" : `/*[local-name(.)='${name}']`
  return signXml(
    xml,
    xpath,
    { reference: `${xpath}/*[local-name(.)='Issuer']`, action: 'after' },
    { privateKey: keys.key, publicCert: keys.cert, signatureAlgorithm, digestAlgorithm },
  )
}

export function attribute(name: string, ...values: readonly string[]): string {
  const all = values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`)
  return `<saml:Attribute Name="${name}">${all.join('')}</saml:Attribute>`
}

export function instant(ms: number): string {
  return new Date(ms).toISOString()
}

function assertionXml(all: ResponseParts): string {
  const session = all.sessionNotOnOrAfter === null ? '' : ` SessionNotOnOrAfter="${instant(all.sessionNotOnOrAfter)}"`
  return `<saml:Assertion ID="${all.assertionId}" Version="2.0" IssueInstant="${instant(all.now)}"><saml:Issuer>${all.issuer}</saml:Issuer><saml:Subject>${all.nameId}<saml:SubjectConfirmation Method="${SAML}:cm:bearer"><saml:SubjectConfirmationData InResponseTo="${all.subjectInResponseTo}" Recipient="${all.recipient}" NotOnOrAfter="${instant(all.subjectNotOnOrAfter)}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${instant(all.notBefore)}" NotOnOrAfter="${instant(all.notOnOrAfter)}"><saml:AudienceRestriction><saml:Audience>${all.audience}</saml:Audience></saml:AudienceRestriction>${all.conditions}</saml:Conditions><saml:AuthnStatement AuthnInstant="${instant(all.authnInstant)}" SessionIndex="${all.sessionIndex}"${session}><saml:AuthnContext><saml:AuthnContextClassRef>${all.contextClass}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>${all.attributes}</saml:AttributeStatement></saml:Assertion>`
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
