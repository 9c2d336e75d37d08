import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { childOf, childrenOf, everyElement, instantIn, requiredChild, textOf } from './elements.ts'
import { type NameId, nameIdIn } from './name-id.ts'
import { ASSERTION, BEARER, PROTOCOL, SUCCESS } from './names.ts'
import type { XmlElement } from './read-xml.ts'
import { checkIssuer, checkVersion, readPosted } from './saml-message.ts'
import { checkSignatures, isSigned, type SigningCertificate, signedElement } from './signed-element.ts'

/** Maximum number of elements in a response outside of its assertion. */
const MOST_AROUND = 60

/** What a login response must contain to be accepted, and the current time. */
export interface ResponseChecks {
  readonly issuer: string
  readonly audience: string
  readonly recipient: string
  /** ID of the authentication request that the response must answer. */
  readonly inResponseTo: string
  readonly responseSigned: boolean
  readonly certificates: readonly SigningCertificate[]
  /** Current time in milliseconds since 1970, and the tolerated clock skew in milliseconds. */
  readonly now: number
  readonly skew: number
}

/** Statements of a verified assertion about the person and the sign-in. */
export interface Asserted {
  readonly id: string
  /** Time until which the assertion could be replayed, in milliseconds since 1970. */
  readonly until: number
  readonly nameId: NameId
  readonly sessionIndex: string | null
  /** End of the session at the provider in milliseconds since 1970, or `null` if the assertion does not specify it. */
  readonly sessionEnds: number | null
  readonly authenticated: number
  readonly contextClass: string | null
  /** Attribute values by attribute name. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
}

/**
 * Checks a login response (saml-profiles, section 4.1.4). Content is read only from what the assertion's signature covers, and
 * the enclosing response must agree with it.
 *
 * @param base64 value of the form field `SAMLResponse`
 * @throws ProviderRefusal if a check fails
 */
export async function checkResponse(base64: string, checks: ResponseChecks): Promise<Asserted> {
  const { text, root } = readPosted(base64)
  if (root.name !== 'Response' || root.namespace !== PROTOCOL) throw no('it is not a `Response`')
  const all = [...everyElement(root)]
  if (all.some(({ name }) => name.startsWith('Encrypted')))
    throw no('parts of it are encrypted, which is not supported: disable encryption at the provider')
  checkSignatures(root)
  // Unverified data can only cause a refusal.
  checkAround(root, isSigned(root), checks)
  const assertion = requiredChild(root, ASSERTION, 'Assertion')
  if (all.filter(({ name }) => name === 'Assertion').length > 1) throw no('there are several assertions')
  // It may be unsigned, and the library parses it too.
  if (all.length - [...everyElement(assertion)].length > MOST_AROUND) throw no('there are too many elements around the assertion')
  if (!isSigned(assertion)) throw no('the assertion is not signed')
  if (isSigned(root)) checkAround(await signedElement(text, root, root, checks.certificates), true, checks)
  else if (checks.responseSigned) throw no('the response is not signed')
  return readAssertion(await signedElement(text, root, assertion, checks.certificates), checks)
}

/** Checks the response around its assertion (saml-core, section 3.2.2; saml-bindings, section 3.5.5.2). */
function checkAround(response: XmlElement, signed: boolean, { issuer, recipient, inResponseTo }: ResponseChecks): void {
  const { attributes } = response
  checkVersion(response)
  if (attributes.get('InResponseTo') !== inResponseTo) throw no('its `InResponseTo` is not this login')
  const destination = attributes.get('Destination')
  if (destination !== recipient && (destination !== undefined || signed)) throw no('its `Destination` is another address')
  if (childOf(response, ASSERTION, 'Issuer') !== null) checkIssuer(response, issuer)
  const code = requiredChild(requiredChild(response, PROTOCOL, 'Status'), PROTOCOL, 'StatusCode')
  if (code.attributes.get('Value') !== SUCCESS)
    throw new ProviderRefusal(`the identity provider answered with the SAML status \`${statusOf(code)}\`: read its log`)
}

/** Returns the local name of the innermost status code, such as `AuthnFailed`. */
function statusOf(code: XmlElement): string {
  const inner = code.children.find(({ name }) => name === 'StatusCode') ?? code
  const found = /(?:^|:)([A-Za-z]{1,40})$/.exec(inner.attributes.get('Value') ?? '')
  return found?.[1] ?? 'unknown'
}

/** Checks and reads an assertion (saml-core, section 2.3.3; saml-profiles, section 4.1.4.2). */
function readAssertion(assertion: XmlElement, checks: ResponseChecks): Asserted {
  const { now, skew } = checks
  checkVersion(assertion)
  checkIssuer(assertion, checks.issuer)
  if (instantIn(assertion, 'IssueInstant') > now + skew) throw no('the assertion was issued in the future')
  const subject = requiredChild(assertion, ASSERTION, 'Subject')
  const confirmed = confirmedUntil(subject, checks)
  checkConditions(requiredChild(assertion, ASSERTION, 'Conditions'), checks)
  const statement = requiredChild(assertion, ASSERTION, 'AuthnStatement')
  const context = requiredChild(statement, ASSERTION, 'AuthnContext')
  const contextClass = childOf(context, ASSERTION, 'AuthnContextClassRef')
  const sessionEnds = statement.attributes.has('SessionNotOnOrAfter') ? instantIn(statement, 'SessionNotOnOrAfter') : null
  // Without clock skew: a session that is already over would cause an endless loop of sign-ins.
  if (sessionEnds !== null && sessionEnds <= now) throw no('its session has ended (`SessionNotOnOrAfter`)')
  return {
    id: assertion.attributes.get('ID') ?? '',
    until: confirmed + skew,
    nameId: nameIdIn(subject),
    sessionIndex: statement.attributes.get('SessionIndex') ?? null,
    sessionEnds,
    authenticated: instantIn(statement, 'AuthnInstant'),
    contextClass: contextClass === null ? null : textOf(contextClass).trim(),
    attributes: attributesIn(assertion),
  }
}

/**
 * Checks that the bearer of the assertion is its subject, for this recipient, time and login. Returns the end of this
 * confirmation.
 */
function confirmedUntil(subject: XmlElement, { recipient, inResponseTo, now, skew }: ResponseChecks): number {
  const ends: number[] = []
  for (const confirmation of childrenOf(subject, ASSERTION, 'SubjectConfirmation')) {
    if (confirmation.attributes.get('Method') !== BEARER) continue
    const data = childOf(confirmation, ASSERTION, 'SubjectConfirmationData')
    if (data === null) continue
    const { attributes } = data
    // A bearer confirmation has no `NotBefore` (saml-profiles, section 4.1.4.2).
    const isHere = attributes.get('Recipient') === recipient && !attributes.has('NotBefore')
    const isThis = attributes.get('InResponseTo') === inResponseTo
    if (!isHere || !isThis || !attributes.has('NotOnOrAfter')) continue
    const end = instantIn(data, 'NotOnOrAfter')
    if (now < end + skew) ends.push(end)
  }
  if (ends.length === 0)
    throw no(
      'no `SubjectConfirmation` is of a bearer, for here (`Recipient`), for this login (`InResponseTo`) ' +
        'and still good (`NotOnOrAfter`)',
    )
  return Math.max(...ends)
}

/** Names of conditions that do not matter to a party that neither stores nor forwards assertions (saml-core, section 2.5.1). */
const HARMLESS: ReadonlySet<string> = new Set(['OneTimeUse', 'ProxyRestriction'])

function checkConditions(conditions: XmlElement, { audience, now, skew }: ResponseChecks): void {
  const { attributes, children } = conditions
  if (attributes.has('NotBefore') && instantIn(conditions, 'NotBefore') > now + skew)
    throw no('it is not valid yet (`NotBefore`)')
  if (attributes.has('NotOnOrAfter') && instantIn(conditions, 'NotOnOrAfter') + skew <= now)
    throw no('it has expired (`NotOnOrAfter`)')
  const restrictions = childrenOf(conditions, ASSERTION, 'AudienceRestriction')
  const isForUs = (restriction: XmlElement) =>
    childrenOf(restriction, ASSERTION, 'Audience').some((one) => textOf(one) === audience)
  if (restrictions.length === 0 || !restrictions.every(isForUs)) throw no('its `Audience` is another')
  if (children.some((child) => child.namespace !== ASSERTION || !(HARMLESS.has(child.name) || restrictions.includes(child))))
    throw no('it has an unknown condition')
}

/** Returns the values of attributes that are texts. Values with elements cannot be claims. */
function attributesIn(assertion: XmlElement): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const statement of childrenOf(assertion, ASSERTION, 'AttributeStatement')) {
    for (const attribute of childrenOf(statement, ASSERTION, 'Attribute')) {
      const name = attribute.attributes.get('Name')
      if (name === undefined) throw no('an attribute has no `Name`')
      const values = childrenOf(attribute, ASSERTION, 'AttributeValue').filter(({ children }) => children.length === 0)
      const known = found.get(name) ?? []
      for (const { text } of values) known.push(text)
      found.set(name, known)
    }
  }
  return found
}

function no(why: string): ProviderRefusal {
  return new ProviderRefusal(
    `the SAML response of the provider is not valid: ${why}; check the settings of this application there`,
  )
}
