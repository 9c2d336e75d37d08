import { X509Certificate } from 'node:crypto'
import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { childOf, childrenOf, everyElement, textOf } from './elements.ts'
import { METADATA, PROTOCOL, REDIRECT, SIGNATURE } from './names.ts'
import { readXml, type XmlElement } from './read-xml.ts'
import type { SigningCertificate } from './signed-element.ts'

/** The parts of an identity provider's metadata (saml-metadata, section 2.4.3) that sign-in and sign-out need. */
export interface IdpMetadata {
  readonly entityId: string
  /** URL for authentication requests by the HTTP-Redirect binding. */
  readonly signIn: string
  /** URLs for logout requests and responses, or `null` if the provider does not support logout. */
  readonly signOut: { readonly request: string; readonly response: string } | null
  readonly certificates: readonly SigningCertificate[]
}

export type ReadMetadata =
  | { readonly ok: true; readonly value: IdpMetadata }
  /** Follows the file's name. */
  | { readonly ok: false; readonly message: string }

const SIZE = 1_048_576
/** Maximum number of keys, each of which may have to be tried. */
const MOST_KEYS = 3
const LEAST_BITS = 2048

/**
 * Parses the metadata of an identity provider. If they are invalid, the result has a message that follows the name of the file.
 *
 * @param isAllowed returns whether browsers may be redirected to a URL
 */
export function readIdpMetadata(bytes: Uint8Array, isAllowed: (url: URL) => boolean): ReadMetadata {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r\n?/g, '\n')
    const root = readXml(text.trimStart(), { size: SIZE, elements: 5_000 }, true)
    return { ok: true, value: metadataIn(root, isAllowed) }
  } catch (error) {
    if (error instanceof ProviderRefusal)
      return { ok: false, message: error.message.replace('the SAML message of the provider ', '') }
    if (error instanceof TypeError) return { ok: false, message: 'is not UTF-8' }
    throw error
  }
}

function metadataIn(root: XmlElement, isAllowed: (url: URL) => boolean): IdpMetadata {
  if (root.name === 'EntitiesDescriptor') throw no('describes several entities, and must describe only the provider')
  const idp = root.name === 'EntityDescriptor' && root.namespace === METADATA ? childOf(root, METADATA, 'IDPSSODescriptor') : null
  if (idp === null) throw no('is not the metadata of a SAML identity provider (`EntityDescriptor` with `IDPSSODescriptor`)')
  if (!(idp.attributes.get('protocolSupportEnumeration') ?? '').split(/\s+/).includes(PROTOCOL)) throw no('is not of SAML 2.0')
  const entityId = root.attributes.get('entityID') ?? ''
  if (entityId === '') throw no('has no `entityID`')
  const signIn = endpoint(idp, 'SingleSignOnService', isAllowed)
  if (signIn === null) throw no('has no `SingleSignOnService` of the binding HTTP-Redirect')
  const signOut = endpoint(idp, 'SingleLogoutService', isAllowed)
  const certificates = childrenOf(idp, METADATA, 'KeyDescriptor')
    .filter(({ attributes }) => (attributes.get('use') ?? 'signing') === 'signing')
    .flatMap((key) => [...everyElement(key)].filter((one) => one.name === 'X509Certificate' && one.namespace === SIGNATURE))
    .map((one) => certificateIn(textOf(one)))
  const distinct = certificates.filter(({ pem }, at) => certificates.findIndex((other) => other.pem === pem) === at)
  if (distinct.length === 0) throw no('has no certificate for signatures of the provider')
  if (distinct.length > MOST_KEYS) throw no(`has more than ${MOST_KEYS} certificates for signatures`)
  return {
    entityId,
    signIn: signIn.request,
    signOut,
    certificates: distinct,
  }
}

function endpoint(idp: XmlElement, name: string, isAllowed: (url: URL) => boolean): { request: string; response: string } | null {
  const found = childrenOf(idp, METADATA, name).find(({ attributes }) => attributes.get('Binding') === REDIRECT)
  if (found === undefined) return null
  const request = found.attributes.get('Location') ?? ''
  const response = found.attributes.get('ResponseLocation') ?? request
  for (const text of [request, response])
    if (!URL.canParse(text) || !isAllowed(new URL(text)) || text.includes('#'))
      throw no(`has a \`${name}\` that is not an \`https:\` address`)
  return { request, response }
}

/** Parses a certificate. Its key alone is used and its dates are ignored, because the metadata file establishes trust. */
function certificateIn(base64: string): SigningCertificate {
  try {
    const certificate = new X509Certificate(Buffer.from(base64.replace(/\s+/g, ''), 'base64'))
    const { publicKey: key } = certificate
    const { asymmetricKeyType, asymmetricKeyDetails } = key
    if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_BITS)
      return { pem: certificate.toString(), key }
  } catch {
    throw no('has a certificate that cannot be read')
  }
  throw no(`has a certificate for signatures whose key is not RSA of ${LEAST_BITS} bits or more`)
}

function no(why: string): ProviderRefusal {
  return new ProviderRefusal(why)
}
