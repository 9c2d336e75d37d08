/**
 * Hostile SAML responses by the attacks of saml-core, saml-profiles and XML Signature: wrapping, texts that two parsers read
 * differently, and confirmations for another party. `saml.threats.test.ts` has the common ones.
 */
import { X509Certificate } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { attribute, instant, type ResponseParts, samlKeys, samlResponse, signElement } from '../../../../tests/support/saml.ts'
import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { checkResponse, type ResponseChecks } from './check-response.ts'

const keys = samlKeys()
const NOW = Date.parse('2026-03-01T12:00:00Z')
const parties = {
  issuer: 'https://idp.example/metadata',
  audience: 'https://app.example/saml',
  recipient: 'https://app.example/.iap/saml/acs/staff',
  inResponseTo: '_request',
}
const checks: ResponseChecks = {
  ...parties,
  responseSigned: false,
  certificates: [{ pem: keys.cert, key: new X509Certificate(keys.cert).publicKey }],
  now: NOW,
  skew: 30_000,
}

const made = (parts: Partial<ResponseParts> = {}): string => samlResponse({ ...parties, keys, now: NOW, ...parts })
const base64 = (xml: string): string => Buffer.from(xml).toString('base64')

/** The name of the person that is signed in, or `refused`. Nothing else is thrown. */
async function outcome(text: string): Promise<string> {
  try {
    return (await checkResponse(text, checks)).nameId.value
  } catch (error) {
    if (!(error instanceof ProviderRefusal)) throw error
    return 'refused'
  }
}

const good = made()
const assertion = /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(good)?.[0] ?? ''
const signature = /<Signature[\s\S]*<\/Signature>/.exec(assertion)?.[0] ?? ''
const id = / ID="([^"]*)"/.exec(assertion)?.[1] ?? ''
const bare = assertion.replace(signature, '')
/** An assertion about another person, without a signature. */
const evil = bare.replace('>ann<', '>root<').replace(id, '_evil')
const inPlace = (text: string): string => good.replace(assertion, text)
const before = (assertionOf: (xml: string) => string): string => made({ before: assertionOf })
const named = (text: string): string => made({ nameId: `<saml:NameID>${text}</saml:NameID>` })
const confirmation = (recipient: string, inResponseTo = parties.inResponseTo): string =>
  `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="${inResponseTo}" Recipient="${recipient}" NotOnOrAfter="${instant(NOW + 60_000)}"/></saml:SubjectConfirmation>`
const withConfirmations = (text: string): string =>
  before((xml) => xml.replace(/<saml:SubjectConfirmation .*<\/saml:SubjectConfirmation>/, text))
const signedResponse = made({ signResponse: true })

test('the parts are there', () => {
  for (const part of [assertion, signature, bare]) expect(part.length).toBeGreaterThan(200)
  expect(evil).toContain('>root<')
  expect(id).toMatch(/^_assertion-/)
})

type Case = readonly [string, () => string, 'ann' | 'refused']

const wrapping: readonly Case[] = [
  ['a response in a response', () => good.replace('</samlp:Response>', `${good}</samlp:Response>`), 'refused'],
  ['another assertion in `Status`', () => good.replace('</samlp:Status>', `${evil}</samlp:Status>`), 'refused'],
  [
    'another assertion in `Status` as its detail',
    () => good.replace('</samlp:Status>', `<samlp:StatusDetail>${evil}</samlp:StatusDetail></samlp:Status>`),
    'refused',
  ],
  [
    'another assertion in `Advice` of the signed one, put in later',
    () => good.replace('<saml:AuthnStatement', `<saml:Advice>${evil}</saml:Advice><saml:AuthnStatement`),
    'refused',
  ],
  [
    'another assertion in `Advice`, signed so',
    () => before((xml) => xml.replace('<saml:AuthnStatement', `<saml:Advice>${evil}</saml:Advice><saml:AuthnStatement`)),
    'refused',
  ],
  ['another assertion in an attribute value, signed so', () => made({ attributes: attribute('x', evil) }), 'refused'],
  [
    'the signed assertion in an attribute value of another',
    () => inPlace(evil.replace('<saml:AttributeValue>', `<saml:AttributeValue>${assertion}`)),
    'refused',
  ],
  [
    'the signature of the assertion as a child of the response',
    () => inPlace(bare).replace('<samlp:Status>', `${signature}<samlp:Status>`),
    'refused',
  ],
  ['the signature of the response as a child of the assertion', () => swapped(), 'refused'],
  [
    'a second `Subject` before the signed one',
    () => good.replace('<saml:Subject>', '<saml:Subject><saml:NameID>root</saml:NameID></saml:Subject><saml:Subject>'),
    'refused',
  ],
  [
    'two subjects, signed so',
    () =>
      before((xml) =>
        xml.replace('<saml:Subject>', '<saml:Subject><saml:NameID>root</saml:NameID></saml:Subject><saml:Subject>'),
      ),
    'refused',
  ],
  ['a reference by XPointer', () => good.replace(`URI="#${id}"`, `URI="#xpointer(id('${id}'))"`), 'refused'],
  ['a reference without an address', () => good.replace(` URI="#${id}"`, ''), 'refused'],
  ['a reference to a file', () => good.replace(`URI="#${id}"`, 'URI="file:///etc/passwd"'), 'refused'],
  ['a reference in another case', () => good.replace(`URI="#${id}"`, `URI="#${id.toUpperCase()}"`), 'refused'],
  ['a `Manifest` in the signature', () => good.replace('<KeyInfo>', '<Object><Manifest/></Object><KeyInfo>'), 'refused'],
  [
    'a `SignedInfo` in another namespace before the signed one',
    () => good.replace('<SignedInfo>', '<x:SignedInfo xmlns:x="urn:x"/><SignedInfo>'),
    'refused',
  ],
  [
    'the namespace of SAML given to another prefix within the assertion',
    () => good.replace('<saml:Subject>', '<saml:Subject xmlns:saml="urn:x">'),
    'refused',
  ],
  [
    'the default namespace set to that of SAML around it',
    () => good.replace('<samlp:Response ', '<samlp:Response xmlns="urn:oasis:names:tc:SAML:2.0:assertion" '),
    'ann',
  ],
  ['the prefix of signatures set around it', () => good.replace('<samlp:Response ', '<samlp:Response xmlns:ds="urn:x" '), 'ann'],
  ['an `xml:id` with the same ID beside it', () => good.replace('<samlp:Status>', `<samlp:Status xml:id="${id}">`), 'refused'],
  [
    'a `wsu:Id` with the same ID beside it',
    () => good.replace('<samlp:Status>', `<samlp:Status xmlns:wsu="urn:wsu" wsu:Id="${id}">`),
    'refused',
  ],
  ['an assertion signed as a whole response', () => signElement(inPlace(evil), 'Response', { keys }), 'refused'],
  ['a signed response whose status was changed', () => signedResponse.replace('status:Success', 'status:Success '), 'refused'],
  [
    'a signed response whose `Issuer` was changed',
    () => signedResponse.replace(`<saml:Issuer>${parties.issuer}`, '<saml:Issuer>https://evil.example'),
    'refused',
  ],
  ['a signed response without its signature: the assertion is still signed', () => withoutOuterSignature(), 'ann'],
]

/** Both signatures, each in the place of the other. */
function swapped(): string {
  const [outer = '', inner = ''] = signedResponse.match(/<Signature[\s\S]*?<\/Signature>/g) ?? []
  return signedResponse.replace(outer, '<here/>').replace(inner, outer).replace('<here/>', inner)
}

function withoutOuterSignature(): string {
  const [outer = ''] = signedResponse.match(/<Signature[\s\S]*?<\/Signature>/g) ?? []
  return signedResponse.replace(outer, '')
}

const texts: readonly Case[] = [
  ['a comment between tags of the name', () => good.replace('<saml:NameID>ann', '<saml:NameID><!--root-->ann'), 'refused'],
  ['a comment in an attribute value, signed so', () => made({ attributes: attribute('groups', 'admins<!-- -->x') }), 'refused'],
  ['a comment behind the root', () => `${good}<!-- -->`, 'refused'],
  ['a CDATA section in an attribute value', () => made({ attributes: attribute('groups', '<![CDATA[admins]]>') }), 'refused'],
  ['a name in references to characters', () => good.replace('>ann<', '>&#97;nn<'), 'ann'],
  ['a name in references, and another', () => good.replace('>ann<', '>&#114;oot<'), 'refused'],
  ['a name with a zero-width space is another name', () => good.replace('>ann<', '>ann\u200b<'), 'refused'],
  [
    'a name with a composed letter, changed to a decomposed one',
    () => named('r\u00e9mi').replace('r\u00e9mi', 're\u0301mi'),
    'refused',
  ],
  ['a line end in the name', () => good.replace('>ann<', '>ann\n<'), 'refused'],
  ['blanks within the name tag', () => good.replace('<saml:NameID>', '<saml:NameID  >'), 'ann'],
  ['an `EncryptedID` instead of the name', () => made({ nameId: '<saml:EncryptedID/>' }), 'refused'],
  ['a `BaseID` instead of the name', () => made({ nameId: '<saml:BaseID/>' }), 'refused'],
  ['a name of another namespace', () => made({ nameId: '<x:NameID xmlns:x="urn:x">ann</x:NameID>' }), 'refused'],
  ['a name of 2,000 characters', () => named('a'.repeat(2_000)), 'refused'],
  ['a byte order mark, which is no part of the text', () => `\ufeff${good}`, 'ann'],
  ['a parameter entity', () => `<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]>${good}`, 'refused'],
  ['a billion laughs', () => `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>${good}`, 'refused'],
  [
    'an XInclude',
    () =>
      good.replace(
        '<samlp:Status>',
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/><samlp:Status>',
      ),
    'ann',
  ],
  ['a stylesheet', () => `<?xml-stylesheet href="http://127.0.0.1:1/x"?>${good}`, 'refused'],
]

const parts: readonly Case[] = [
  [
    'a confirmation for another party beside the right one',
    () => withConfirmations(confirmation('https://evil.example/acs') + confirmation(parties.recipient)),
    'ann',
  ],
  [
    'the recipient of one, the request of the other',
    () => withConfirmations(confirmation(parties.recipient, '_other') + confirmation('https://evil.example/acs')),
    'refused',
  ],
  [
    'a recipient with a slash more',
    () => made({ recipient: `${parties.recipient}/`, destination: parties.recipient }),
    'refused',
  ],
  ['a recipient with a query', () => made({ recipient: `${parties.recipient}?x`, destination: parties.recipient }), 'refused'],
  [
    'a recipient with its port',
    () => made({ recipient: parties.recipient.replace('.example/', '.example:443/'), destination: parties.recipient }),
    'refused',
  ],
  [
    'a recipient of another identity',
    () => made({ recipient: parties.recipient.replace('staff', 'partner'), destination: parties.recipient }),
    'refused',
  ],
  ['an audience in capitals', () => made({ audience: parties.audience.toUpperCase() }), 'refused'],
  ['an audience in blanks', () => made({ audience: ` ${parties.audience} ` }), 'refused'],
  ['an empty audience restriction beside ours', () => made({ conditions: '<saml:AudienceRestriction/>' }), 'refused'],
  [
    'two `Conditions`, the first without limits',
    () => before((xml) => xml.replace('<saml:Conditions', '<saml:Conditions/><saml:Conditions')),
    'refused',
  ],
  [
    'an `Issuer` twice in the assertion',
    () => before((xml) => xml.replace('<saml:Subject>', '<saml:Issuer>https://evil.example</saml:Issuer><saml:Subject>')),
    'refused',
  ],
  [
    'no `Issuer` in the assertion',
    () => good.replace(/(<saml:Assertion[^>]*>)<saml:Issuer>[^<]*<\/saml:Issuer>/, '$1'),
    'refused',
  ],
  ['no `ID` of the assertion', () => good.replace(/(<saml:Assertion) ID="[^"]*"/, '$1'), 'refused'],
  ['version 2.00', () => before((xml) => xml.replace('Version="2.0"', 'Version="2.00"')), 'refused'],
  [
    'a time without seconds',
    () => before((xml) => xml.replace(/IssueInstant="[^"]*"/, 'IssueInstant="2026-03-01T12:00Z"')),
    'refused',
  ],
  [
    'a time in the year 99999',
    () => before((xml) => xml.replace(/(Conditions[^>]*NotOnOrAfter=")[^"]*/, '$199999-01-01T00:00:00Z')),
    'refused',
  ],
  [
    'a time on the 31st of February',
    () => before((xml) => xml.replace(/(Conditions[^>]*NotOnOrAfter=")[^"]*/, '$12027-02-31T00:00:00Z')),
    'refused',
  ],
  ['no `Status`', () => good.replace(/<samlp:Status>.*<\/samlp:Status>/, ''), 'refused'],
  [
    'a status within a status',
    () =>
      made({ status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' }).replace(
        /<samlp:StatusCode ([^>]*)\/>/,
        '<samlp:StatusCode $1><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:StatusCode>',
      ),
    'refused',
  ],
  ['a `LogoutResponse` with an assertion', () => good.replaceAll('samlp:Response', 'samlp:LogoutResponse'), 'refused'],
]

describe.each([
  ['wrapping', wrapping],
  ['texts', texts],
  ['parties and times', parts],
] as const)('hostile responses: %s', (_, cases) => {
  test.each(cases)('%s', async (_name, xml, expected) => {
    const text = xml()
    if (expected === 'refused') expect(text).not.toBe(good)
    expect(await outcome(base64(text))).toBe(expected)
  })
})

describe('encodings', () => {
  test.each<[string, string, 'ann' | 'refused']>([
    ['base64 in lines', base64(good).replace(/.{76}/g, '$&\r\n'), 'ann'],
    ['base64url', Buffer.from(good).toString('base64url'), 'refused'],
    [
      'base64 with a text behind its padding',
      `${base64(`${good} `.padEnd(Math.ceil((good.length + 1) / 3) * 3 + 1))}AAAA`,
      'refused',
    ],
    ['a deflated message, as by redirect', deflateRawSync(good).toString('base64'), 'refused'],
    ['UTF-16', Buffer.from(good, 'utf16le').toString('base64'), 'refused'],
    ['ISO 8859-1 with a letter', Buffer.from(named('r\u00e9mi'), 'latin1').toString('base64'), 'refused'],
  ])('%s', async (_, text, expected) => {
    expect(await outcome(text)).toBe(expected)
  })
})
