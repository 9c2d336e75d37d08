/** What is tried with responses (`threats.md`, SAML): each is one that would sign somebody in as another, and is refused for the reason that is given. */
import { createHmac, createPublicKey, X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  attribute,
  base64Of,
  instant,
  type ResponseParts,
  samlKeys,
  samlResponse,
  signElement,
} from '../../../../tests/support/saml.ts'
import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { checkResponse, type ResponseChecks } from './check-response.ts'

const keys = samlKeys()
const stranger = samlKeys('a stranger')
const NOW = Date.parse('2026-03-01T12:00:00Z')
const MINUTE = 60_000
const parties = {
  issuer: 'https://idp.example/metadata',
  audience: 'https://app.example/saml',
  recipient: 'https://app.example/.iap/saml/acs/staff',
  inResponseTo: '_request',
}
const checks: ResponseChecks = {
  ...parties,
  responseSigned: false,
  certificates: [certificateOf(keys.cert)],
  now: NOW,
  skew: 30_000,
}

function certificateOf(pem: string) {
  return { pem, key: new X509Certificate(pem).publicKey }
}

function made(parts: Partial<ResponseParts> = {}): string {
  return samlResponse({ ...parties, keys, now: NOW, ...parts })
}

const base64 = (xml: string) => Buffer.from(xml).toString('base64')

async function reasonOf(xml: string, more: Partial<ResponseChecks> = {}): Promise<string> {
  try {
    const { nameId } = await checkResponse(base64(xml), { ...checks, ...more })
    return `it counts, as ${nameId.value}`
  } catch (error) {
    if (!(error instanceof ProviderRefusal)) throw error
    return error.message
  }
}

const GOOD = 'it counts, as ann'

describe('what counts', () => {
  const xml = made()
  test.each<[string, string, Partial<ResponseChecks>?]>([
    ['a signed assertion', xml],
    ['with a signed response around it', made({ signResponse: true })],
    ['where both must be signed', made({ signResponse: true }), { responseSigned: true }],
    ['by SHA-512', made({ signatureAlgorithm: 'sha512', digestAlgorithm: 'sha512' })],
    ['by the second key of two', xml, { certificates: [certificateOf(stranger.cert), certificateOf(keys.cert)] }],
    ['without a `Destination`, as only the assertion is signed', made({ destination: null })],
    ['clocks that differ by less than is allowed', made({ now: NOW + 20_000, notBefore: NOW + 20_000 })],
    ['lines that end as Windows has them', xml.replace('><saml:Issuer>', '\r\n><saml:Issuer>')],
    [
      'what only its own audience restriction says twice',
      made({
        conditions: `<saml:AudienceRestriction><saml:Audience>https://b.example</saml:Audience><saml:Audience>${parties.audience}</saml:Audience></saml:AudienceRestriction><saml:OneTimeUse/>`,
      }),
    ],
  ])('%s', async (_, response, more) => {
    expect(await reasonOf(response, more)).toBe(GOOD)
  })

  test('what it says', async () => {
    const attributes =
      attribute('mail', 'a&amp;b@x.example') + attribute('groups', 'users', '<saml:NameID>x</saml:NameID>', 'admins')
    const response = made({
      attributes,
      sessionNotOnOrAfter: NOW + 10 * MINUTE,
      nameId: '<saml:NameID Format="urn:f" NameQualifier="q" SPNameQualifier="s">ann</saml:NameID>',
    })
    const { id, attributes: said, ...asserted } = await checkResponse(base64(response), checks)
    expect(id).toMatch(/^_assertion-/)
    expect(asserted).toEqual({
      until: NOW + 5 * MINUTE + 30_000,
      nameId: { value: 'ann', format: 'urn:f', nameQualifier: 'q', spNameQualifier: 's' },
      sessionIndex: 'one',
      sessionEnds: NOW + 10 * MINUTE,
      authenticated: NOW - 1000,
      contextClass: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    })
    expect([...said]).toEqual([
      ['mail', ['a&b@x.example']],
      ['groups', ['users', 'admins']],
    ])
  })
})

describe('signature wrapping', () => {
  const good = made()
  const whole = made({ signAssertion: false, signResponse: true })
  const both = made({ signResponse: true })
  const assertionIn = (xml: string) => /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)?.[0] ?? ''
  const signatureIn = (xml: string) => /<Signature[\s\S]*?<\/Signature>/.exec(xml)?.[0] ?? ''
  const unsigned = (xml: string) => xml.replace(/<Signature[\s\S]*?<\/Signature>/g, '')
  const evilOf = (xml: string) =>
    unsigned(xml)
      .replaceAll('>ann<', '>root<')
      .replace(/ ID="_[^"]*"/, ' ID="_evil"')
  const assertion = assertionIn(good)
  const evil = evilOf(assertion)
  const signature = signatureIn(assertion)
  const inPlace = (text: string) => good.replace(assertion, text)
  const holding = (element: string, inner: string) => element.replace(/<\/[\w:]+>$/, (end) => inner + end)

  test('the parts are there', () => {
    for (const part of [assertion, signature, signatureIn(whole)]) expect(part.length).toBeGreaterThan(200)
    expect(evil).toContain('>root<')
  })

  test.each<[string, string, RegExp]>([
    [
      'XSW 1: the signed response in the signature of another',
      evilOf(whole).replace(
        '</saml:Issuer>',
        `</saml:Issuer>${holding(signatureIn(whole), `<Object>${unsigned(whole)}</Object>`)}`,
      ),
      /not of the form/,
    ],
    [
      'XSW 2: the signed response before the signature of another',
      evilOf(whole).replace('</saml:Issuer>', `</saml:Issuer>${unsigned(whole)}${signatureIn(whole)}`),
      /does not cover the element/,
    ],
    ['XSW 3: another assertion before the signed one', inPlace(evil + assertion), /several/],
    ['XSW 3, behind it', inPlace(assertion + evil), /several/],
    ['XSW 4: the signed assertion in another', inPlace(holding(evil, assertion)), /where none is allowed/],
    [
      'XSW 5: the signature in another assertion, and the signed one behind',
      inPlace(holding(evil.replace('</saml:Issuer>', `</saml:Issuer>${signature}`), '') + unsigned(assertion)),
      /does not cover the element/,
    ],
    [
      'XSW 6: the signed assertion in the signature of another',
      inPlace(evil.replace('</saml:Issuer>', `</saml:Issuer>${holding(signature, unsigned(assertion))}`)),
      /not of the form/,
    ],
    [
      'XSW 7: another assertion in `Extensions`',
      good.replace('<samlp:Status>', `<samlp:Extensions>${evil}</samlp:Extensions><samlp:Status>`),
      /several/,
    ],
    [
      'XSW 8: the signed assertion in an `Object` of the signature of another',
      inPlace(evil.replace('</saml:Issuer>', `</saml:Issuer>${holding(signature, `<Object>${unsigned(assertion)}</Object>`)}`)),
      /not of the form/,
    ],
    [
      'XSW 8, in its `KeyInfo`',
      inPlace(
        evil.replace('</saml:Issuer>', `</saml:Issuer>${signature.replace('<KeyInfo>', `<KeyInfo>${unsigned(assertion)}`)}`),
      ),
      /does not cover the element/,
    ],
    [
      'the signature in another assertion with the ID of the signed one, which has gone',
      inPlace(
        evil.replace('_evil', / ID="([^"]*)"/.exec(assertion)?.[1] ?? '').replace('</saml:Issuer>', `</saml:Issuer>${signature}`),
      ),
      /not that of the provider/,
    ],
    [
      'another assertion with the ID of the signed one',
      inPlace(evil.replace('_evil', / ID="([^"]*)"/.exec(assertion)?.[1] ?? '') + assertion),
      /two elements have the same ID/,
    ],
    [
      'the same, whose attribute is called `Id`',
      inPlace(evil.replace(' ID="_evil"', / ID="[^"]*"/.exec(assertion)?.[0].replace('ID', 'Id') ?? '') + assertion),
      /two elements have the same ID/,
    ],
    [
      'a signed response with another assertion put in, and the signed one out',
      both.replace(assertionIn(both), evilOf(assertionIn(both))),
      /not signed/,
    ],
    [
      'a signed response with another assertion beside',
      both.replace('</samlp:Response>', `${evilOf(assertionIn(both))}</samlp:Response>`),
      /several/,
    ],
    [
      'an assertion in another namespace before the signed one',
      inPlace(evil.replaceAll('saml:', 'x:').replace('<x:Assertion', '<x:Assertion xmlns:x="urn:x"') + assertion),
      /several/,
    ],
    [
      'a root of another name',
      `<a xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">${good.replace(/^<\?.*?\?>/, '')}</a>`,
      /not a `Response`/,
    ],
    ['two `SignedInfo`', good.replace(/<SignedInfo>[\s\S]*<\/SignedInfo>/, (info) => info + info), /not of the form/],
    ['two `SignedInfo`, the first about nothing', good.replace('<SignedInfo>', '<SignedInfo/><SignedInfo>'), /not of the form/],
    ['two `DigestValue`', good.replace(/<DigestValue>[\s\S]*<\/DigestValue>/, (digest) => digest + digest), /not of the form/],
    [
      'two `Reference`',
      good.replace(/<Reference[\s\S]*<\/Reference>/, (reference) => reference + reference),
      /covers several elements/,
    ],
    ['two signatures', good.replace(signature, signature + signature), /two signatures/],
    ['a signature about the whole document', good.replace(/URI="#[^"]*"/, 'URI=""'), /does not cover the element/],
    [
      'a third transform',
      good.replace('</Transforms>', '<Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/></Transforms>'),
      /not of the form/,
    ],
    [
      'a transform that takes something out',
      good.replace('http://www.w3.org/2000/09/xmldsig#enveloped-signature', 'http://www.w3.org/TR/1999/REC-xslt-19991116'),
      /has transforms/,
    ],
    ['no transform', good.replace(/<Transforms>[\s\S]*<\/Transforms>/, ''), /not of the form/],
    ['canonical XML with comments', good.replaceAll('xml-exc-c14n#"', 'xml-exc-c14n#WithComments"'), /has transforms/],
    ['a comment in a `DigestValue`', good.replace('<DigestValue>', '<DigestValue><!--x-->'), /comment/],
  ])('%s', async (_, xml, reason) => {
    expect(xml).not.toBe(good)
    expect(await reasonOf(xml)).toMatch(reason)
  })
})

describe('keys and algorithms', () => {
  const hmac = () => {
    const xml = made().replace('http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2000/09/xmldsig#hmac-sha1')
    const info = /<SignedInfo>[\s\S]*<\/SignedInfo>/.exec(xml)?.[0] ?? ''
    const secret = createPublicKey(keys.cert).export({ type: 'spki', format: 'pem' })
    const value = createHmac('sha1', secret).update(info).digest('base64')
    return xml.replace(/<SignatureValue>[^<]*/, `<SignatureValue>${value}`)
  }
  test.each<[string, string, RegExp, Partial<ResponseChecks>?]>([
    ['no signature', made({ signAssertion: false }), /the assertion is not signed/],
    [
      'an unsigned assertion in a signed response',
      made({ signAssertion: false, signResponse: true }),
      /the assertion is not signed/,
    ],
    ['an unsigned response where it must be signed', made(), /the response is not signed/, { responseSigned: true }],
    ['a signature of a stranger, whose key it brings along', made({ keys: stranger }), /not that of the provider/],
    [
      'a response of a stranger around the provider’s assertion',
      signElement(made(), 'Response', { keys: stranger }),
      /signature of `Response` is not/,
    ],
    ['SHA-1 in the signature', made({ signatureAlgorithm: 'sha1' }), /algorithm that is not allowed/],
    ['SHA-1 in the digest', made({ digestAlgorithm: 'sha1' }), /digest is by an algorithm/],
    ['an HMAC with the public key', hmac(), /algorithm that is not allowed/],
    ['a text that was changed', made().replace('>ann<', '>root<'), /not that of the provider/],
    ['an attribute that was changed', made().replace('SessionIndex="one"', 'SessionIndex="two"'), /not that of the provider/],
    [
      'a signature value that was changed',
      made().replace(/<SignatureValue>..../, '<SignatureValue>AAAA'),
      /not that of the provider/,
    ],
    ['an empty signature value', made().replace(/<SignatureValue>[^<]*/, '<SignatureValue>'), /not that of the provider/],
    [
      'an encrypted assertion',
      made().replaceAll('saml:Assertion', 'saml:EncryptedAssertion'),
      /encrypted, which is not supported/,
    ],
    ['an encrypted attribute', made({ attributes: '<saml:EncryptedAttribute/>' }), /encrypted, which is not supported/],
    ['another provider of the same proxy, by its own key', made({ keys: stranger, issuer: 'https://other.example' }), /`Issuer`/],
  ])('%s', async (_, xml, reason, more) => {
    expect(await reasonOf(xml, more)).toMatch(reason)
  })

  test('what a `KeyInfo` holds is not looked at', async () => {
    const other = made().replace(base64Of(keys.cert), base64Of(stranger.cert))
    expect(await reasonOf(other)).toBe(GOOD)
    expect(await reasonOf(made().replace(/<KeyInfo>[\s\S]*?<\/KeyInfo>/, ''))).toBe(GOOD)
  })
})

describe('who it is for, of whom, when', () => {
  const confirmation = (more: string) => (xml: string) =>
    xml.replace(/<saml:SubjectConfirmationData/, `<saml:SubjectConfirmationData ${more}`)
  test.each<[string, Partial<ResponseParts>, RegExp]>([
    ['another audience', { audience: 'https://other.example' }, /`Audience` is another/],
    ['an audience that begins so', { audience: `${parties.audience}/x` }, /`Audience` is another/],
    [
      'a second restriction, to others',
      { conditions: '<saml:AudienceRestriction><saml:Audience>https://b.example</saml:Audience></saml:AudienceRestriction>' },
      /`Audience` is another/,
    ],
    [
      'no audience',
      { before: (xml) => xml.replace(/<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/, '') },
      /`Audience` is another/,
    ],
    ['no conditions', { before: (xml) => xml.replace(/<saml:Conditions.*<\/saml:Conditions>/, '') }, /lacks `Conditions`/],
    ['a condition that nobody knows', { conditions: '<saml:Condition/>' }, /unknown condition/],
    ['a condition of another namespace', { conditions: '<x:OneTimeUse xmlns:x="urn:x"/>' }, /unknown condition/],
    ['another recipient', { recipient: 'https://evil.example/acs', destination: parties.recipient }, /`SubjectConfirmation`/],
    ['another destination', { destination: 'https://evil.example/acs' }, /`Destination` is another address/],
    ['no destination in a signed response', { destination: null, signResponse: true }, /`Destination` is another address/],
    ['another issuer', { issuer: 'https://evil.example' }, /`Issuer`/],
    ['an issuer with white space', { issuer: ` ${parties.issuer}` }, /`Issuer`/],
    [
      'an issuer of another format',
      { before: (xml) => xml.replace('<saml:Issuer>', '<saml:Issuer Format="urn:x">') },
      /`Issuer`/,
    ],
    ['another request', { inResponseTo: '_other' }, /`InResponseTo` is not this login/],
    ['another request, in the assertion alone', { subjectInResponseTo: '_other' }, /`SubjectConfirmation`/],
    ['no request', { after: (xml) => xml.replace(' InResponseTo="_request"', '') }, /`InResponseTo` is not this login/],
    [
      'no request, in the assertion alone',
      { before: (xml) => xml.replace(/InResponseTo="_request"/, '') },
      /`SubjectConfirmation`/,
    ],
    ['no recipient', { before: (xml) => xml.replace(/ Recipient="[^"]*"/, '') }, /`SubjectConfirmation`/],
    [
      'a confirmation without an end',
      { before: (xml) => xml.replace(/(Data[^>]*) NotOnOrAfter="[^"]*"/, '$1') },
      /`SubjectConfirmation`/,
    ],
    [
      'a confirmation with a beginning',
      { before: confirmation(`NotBefore="${instant(NOW - MINUTE)}"`) },
      /`SubjectConfirmation`/,
    ],
    ['a confirmation that is over', { subjectNotOnOrAfter: NOW - MINUTE }, /`SubjectConfirmation`/],
    ['a confirmation by a key', { before: (xml) => xml.replace('cm:bearer', 'cm:holder-of-key') }, /`SubjectConfirmation`/],
    [
      'no confirmation',
      { before: (xml) => xml.replace(/<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/, '') },
      /`SubjectConfirmation`/,
    ],
    ['conditions that are over', { notOnOrAfter: NOW - MINUTE }, /expired/],
    ['conditions that are over by just the skew', { notOnOrAfter: NOW - 30_000 }, /expired/],
    ['conditions that have not begun', { notBefore: NOW + MINUTE }, /not valid yet/],
    ['issued in the future', { now: NOW + MINUTE, notBefore: NOW }, /in the future/],
    ['a session that is over', { sessionNotOnOrAfter: NOW - MINUTE }, /session has ended/],
    [
      'an end that is no instant',
      { before: (xml) => xml.replace(/(Conditions[^>]*NotOnOrAfter=")[^"]*/, '$1tomorrow') },
      /not a time in UTC/,
    ],
    [
      'an end with a time zone',
      { before: (xml) => xml.replace(/(Conditions[^>]*NotOnOrAfter="[^"]*)Z/, '$1+14:00') },
      /not a time in UTC/,
    ],
    [
      'no statement of a sign-in',
      { before: (xml) => xml.replace(/<saml:AuthnStatement.*<\/saml:AuthnStatement>/, '') },
      /lacks `AuthnStatement`/,
    ],
    [
      'two statements of a sign-in',
      { before: (xml) => xml.replace(/<saml:AuthnStatement.*<\/saml:AuthnStatement>/, (one) => one + one) },
      /several `AuthnStatement`/,
    ],
    ['SAML 1.1', { before: (xml) => xml.replace('Version="2.0"', 'Version="1.1"') }, /is not of SAML 2.0/],
    [
      'a provider that says no',
      { status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' },
      /the identity provider answered with the SAML status `Responder`/,
    ],
    [
      'a status that would break a log',
      { status: 'urn:x:&#10;evil' },
      /the identity provider answered with the SAML status `unknown`/,
    ],
  ])('%s', async (_, parts, reason) => {
    expect(await reasonOf(made(parts))).toMatch(reason)
  })
})

describe('texts that two readers read differently', () => {
  const named = (text: string) => ({ nameId: `<saml:NameID>${text}</saml:NameID>` })
  test.each<[string, Partial<ResponseParts>, RegExp]>([
    ['a comment in the name', { after: (xml) => xml.replace('>ann<', '>ann<!-- -->.evil<') }, /comment/],
    ['a comment in the name, before it was signed', named('root<!-- -->.evil'), /comment/],
    ['a CDATA section in the name', { after: (xml) => xml.replace('>ann<', '><![CDATA[ann]]><') }, /CDATA/],
    [
      'a processing instruction in the name',
      { after: (xml) => xml.replace('>ann<', '>ann<?x root?><') },
      /processing instruction/,
    ],
    ['an element in the name', named('root<saml:x/>'), /contains elements in `NameID`/],
    ['two names', { nameId: '<saml:NameID>ann</saml:NameID><saml:NameID>root</saml:NameID>' }, /several `NameID`/],
    ['no name', { nameId: '' }, /lacks `NameID`/],
    ['an empty name', named(' '), /empty/],
    ['a DTD', { after: (xml) => `<!DOCTYPE x>${xml}` }, /DTD/],
    ['a DTD with an entity', { after: (xml) => `<!DOCTYPE x [<!ENTITY e "root">]>${xml.replace('>ann<', '>&e;<')}` }, /DTD/],
    ['an entity that nobody has declared', { after: (xml) => xml.replace('>ann<', '>&root;<') }, /entity/],
    ['a character that XML does not have', { after: (xml) => xml.replace('>ann<', '>ann&#0;<') }, /character/],
    ['half a surrogate pair', { after: (xml) => xml.replace('>ann<', '>ann&#xD800;<') }, /character/],
    ['an attribute twice', { after: (xml) => xml.replace('Version="2.0"', 'Version="2.0" Version="2.0"') }, /attribute twice/],
    [
      'an attribute twice, by two prefixes',
      { after: (xml) => xml.replace('Version="2.0"', 'Version="2.0" xmlns:a="urn:a" xmlns:b="urn:a" a:x="" b:x=""') },
      /attribute twice/,
    ],
    [
      'an attribute that libraries take for a declaration',
      { after: (xml) => xml.replace('<saml:Subject>', '<saml:Subject xmlnsx="y">') },
      /reserved name/,
    ],
    [
      'a prefix that nothing declares',
      { after: (xml) => xml.replace('<saml:Subject>', '<saml:Subject><q:x/>') },
      /undeclared namespace/,
    ],
    [
      'a declaration of `xml`',
      { after: (xml) => xml.replace('<saml:Subject>', '<saml:Subject xmlns:xml="urn:x">') },
      /reserved namespace/,
    ],
    [
      'names that are not ASCII',
      { after: (xml) => xml.replace('<saml:Subject>', '<saml:Subject ｘ="">') },
      /not well-formed XML/,
    ],
    ['another root behind it', { after: (xml) => `${xml}<a/>` }, /not well-formed XML/],
    ['another encoding', { after: (xml) => `<?xml version="1.0" encoding="UTF-7"?>${xml}` }, /processing instruction/],
    ['XML 1.1', { after: (xml) => `<?xml version="1.1"?>${xml}` }, /processing instruction/],
    [
      'a tag that is closed by another',
      { after: (xml) => xml.replace('</saml:Subject>', '</saml:subject>') },
      /not well-formed XML/,
    ],
    ['nesting without end', { after: (xml) => xml.replace('<saml:Subject>', '<saml:Subject>'.repeat(2000)) }, /nested deeper/],
    ['elements without end', { attributes: '<a/>'.repeat(2000) }, /more than 1000 elements/],
    ['a name without end', { attributes: `<${'a'.repeat(200)}/>` }, /not well-formed XML/],
  ])('%s', async (_, parts, reason) => {
    const xml = made(parts)
    // The library that signs in the tests would not sign some.
    expect(await reasonOf(xml)).toMatch(reason)
  })

  test.each<[string, string, RegExp]>([
    ['nothing', '', /not base64/],
    ['what is no base64', '<x/>', /not base64/],
    ['what is no UTF-8', Buffer.from([0x3c, 0xff, 0x3e]).toString('base64'), /not UTF-8/],
    ['more than is read', 'A'.repeat(100_000), /longer than 96000 characters/],
  ])('%s', async (_, text, reason) => {
    await expect(checkResponse(text, checks)).rejects.toThrow(reason)
  })
})
