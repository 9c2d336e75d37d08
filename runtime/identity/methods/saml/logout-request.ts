import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { childrenOf, instantIn, textOf } from './elements.ts'
import { nameIdIn } from './name-id.ts'
import { PROTOCOL } from './names.ts'
import type { XmlElement } from './read-xml.ts'
import { readRedirected } from './redirected.ts'
import { checkIssuer, checkVersion, readPosted } from './saml-message.ts'
import { checkSignatures, isSigned, type SigningCertificate, signedElement } from './signed-element.ts'

/** A received SAML message as sent, with the binding that tells how to decode it. */
export type Sent =
  | { readonly binding: 'post'; readonly base64: string }
  | { readonly binding: 'redirect'; readonly rawQuery: string }

export interface LogoutChecks {
  readonly issuer: string
  readonly destination: string
  readonly certificates: readonly SigningCertificate[]
  /** Current time in milliseconds since 1970, and the tolerated clock skew in milliseconds. */
  readonly now: number
  readonly skew: number
}

export interface LogoutRequest {
  readonly id: string
  /** Time until which the request could be replayed, in milliseconds since 1970. */
  readonly until: number
  readonly subject: string
  /** Values of `SessionIndex` whose sessions end. If empty, all sessions of the subject end. */
  readonly sessionIndexes: readonly string[]
}

/** Maximum age of a logout request in milliseconds. It reports an event that has just happened. */
const MAX_AGE = 300_000

/**
 * Checks a signed logout request (saml-core, section 3.7.1; saml-profiles, section 4.4.3.3).
 *
 * @throws ProviderRefusal if a check fails
 */
export async function checkLogoutRequest(sent: Sent, checks: LogoutChecks): Promise<LogoutRequest> {
  const request = await signedRequest(sent, checks.certificates)
  const { now, skew, destination } = checks
  if (request.name !== 'LogoutRequest' || request.namespace !== PROTOCOL) throw no('it is not a `LogoutRequest`')
  checkVersion(request)
  checkIssuer(request, checks.issuer)
  const { attributes } = request
  if (attributes.get('Destination') !== destination) throw no('its `Destination` is another address')
  const issued = instantIn(request, 'IssueInstant')
  if (issued > now + skew || issued + MAX_AGE + skew <= now) throw no('`IssueInstant` is in the future, or too old')
  if (attributes.has('NotOnOrAfter') && instantIn(request, 'NotOnOrAfter') + skew <= now) throw no('it has expired')
  const id = attributes.get('ID') ?? ''
  if (id === '') throw no('its `ID` is missing')
  return {
    id,
    until: issued + MAX_AGE + skew,
    subject: nameIdIn(request).value,
    sessionIndexes: childrenOf(request, PROTOCOL, 'SessionIndex').map(textOf),
  }
}

export function claimedIssuer(sent: Sent): string | null {
  const { root } = sent.binding === 'post' ? readPosted(sent.base64) : readRedirected(sent.rawQuery, 'SAMLRequest')
  return root.children.find(({ name }) => name === 'Issuer')?.text ?? null
}

/** Returns the request as covered by its signature. */
async function signedRequest(sent: Sent, certificates: readonly SigningCertificate[]): Promise<XmlElement> {
  if (sent.binding === 'redirect') {
    const redirected = readRedirected(sent.rawQuery, 'SAMLRequest')
    if (!certificates.some(({ key }) => redirected.isSignedBy(key))) throw no('its signature is not that of the provider')
    return redirected.root
  }
  const { text, root } = readPosted(sent.base64)
  checkSignatures(root)
  if (!isSigned(root)) throw no('it is not signed')
  return await signedElement(text, root, root, certificates)
}

function no(why: string): ProviderRefusal {
  return new ProviderRefusal(
    `the SAML message of the provider is not valid: ${why}; check the settings of this application there`,
  )
}
