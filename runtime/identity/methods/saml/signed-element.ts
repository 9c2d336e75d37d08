import { constants, hash, type KeyObject, verify } from 'node:crypto'
import { getVerifiedXml, parseDomFromString } from '@node-saml/node-saml/lib/xml.js'
import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { canonicalXml } from './canonical-xml.ts'
import { checkSignatureShape, prefixesIn } from './check-signature-shape.ts'
import { childrenOf, everyElement } from './elements.ts'
import { SIGNATURE } from './names.ts'
import { readXml, type XmlElement } from './read-xml.ts'

export interface SigningCertificate {
  readonly pem: string
  readonly key: KeyObject
}

/** Signature algorithms of the library that are accepted: none with SHA-1 or a shared secret. */
const SIGNATURES: ReadonlyMap<string, { readonly hash: string; readonly pss: boolean }> = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', { hash: 'sha256', pss: false }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', { hash: 'sha512', pss: false }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', { hash: 'sha256', pss: true }],
])
const DIGESTS: ReadonlyMap<string, string> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
])

/**
 * Checks the positions of all signatures in a message. Each must be a child of the message or of one of its children, and cover
 * only that parent. IDs must be unique.
 *
 * @throws ProviderRefusal if a check fails
 */
export function checkSignatures(message: XmlElement): void {
  const places = new Set<XmlElement>()
  for (const holder of [message, ...message.children]) {
    const own = childrenOf(holder, SIGNATURE, 'Signature')
    if (own.length > 1) throw no('an element has two signatures')
    for (const one of own) {
      checkSignatureShape(one, holder)
      places.add(one)
    }
  }
  const ids = new Set<string>()
  for (const element of everyElement(message)) {
    if (element.name === 'Signature' && !places.has(element)) throw no('a signature is in a place where none is allowed')
    for (const [name, value] of element.attributes) {
      if (!/^(?:\{.*\})?id$/i.test(name)) continue
      if (ids.has(value)) throw no('two elements have the same ID')
      ids.add(value)
    }
  }
}

export function isSigned(element: XmlElement): boolean {
  return childrenOf(element, SIGNATURE, 'Signature').length > 0
}

/**
 * Returns an element as parsed from the bytes that its signature covers, without the signature. The `KeyInfo` of the signature
 * is ignored. Two verifiers with separate parsers must agree on these bytes: first the proxy's own verifier, which rejects
 * unsigned input in one pass, then the library, whose cost is quadratic.
 *
 * @param text source of `message`
 * @param message message that `checkSignatures` has accepted
 * @throws ProviderRefusal if the element has no valid signature by one of the certificates
 */
export async function signedElement(
  text: string,
  message: XmlElement,
  element: XmlElement,
  certificates: readonly SigningCertificate[],
): Promise<XmlElement> {
  const [signature] = childrenOf(element, SIGNATURE, 'Signature')
  if (signature === undefined) throw no(`\`${element.name}\` is not signed`)
  const covered = canonicalXml(element, prefixesOf(signature, 'reference'), signature)
  const signer = signerOf(signature, covered, certificates)
  if (signer === null) throw no(`the signature of \`${element.name}\` is not that of the provider`)
  const at = element === message ? null : message.children.indexOf(element)
  if ((await coveredByLibrary(text, at, signer.pem)) !== covered)
    throw no(`what the signature of \`${element.name}\` covers is ambiguous`)
  return readXml(covered)
}

/**
 * Checks the reference of a signature and then the signature (XML Signature, section 3.2). Returns the certificate that
 * verifies it, or `null`.
 */
function signerOf(
  signature: XmlElement,
  covered: string,
  certificates: readonly SigningCertificate[],
): SigningCertificate | null {
  const [info, value] = signature.children as [XmlElement, XmlElement]
  const [, method, reference] = info.children as [XmlElement, XmlElement, XmlElement]
  const [, digest, digestValue] = reference.children as [XmlElement, XmlElement, XmlElement]
  const algorithm = SIGNATURES.get(method.attributes.get('Algorithm') ?? '')
  const digestName = DIGESTS.get(digest.attributes.get('Algorithm') ?? '')
  if (algorithm === undefined) throw no('a signature is by an algorithm that is not allowed')
  if (digestName === undefined) throw no('a digest is by an algorithm that is not allowed')
  if (!hash(digestName, covered, 'buffer').equals(Buffer.from(digestValue.text, 'base64'))) return null
  const signed = Buffer.from(canonicalXml(info, prefixesOf(signature, 'info')))
  const bytes = Buffer.from(value.text, 'base64')
  const padding = algorithm.pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING }
  return certificates.find(({ key }) => verify(algorithm.hash, signed, { key, ...padding }, bytes)) ?? null
}

/**
 * Returns the text that a signature covers according to the library, or `null` if it does not verify. `at` is the index of a
 * child, or `null` for the message itself.
 */
async function coveredByLibrary(text: string, at: number | null, pem: string): Promise<string | null> {
  try {
    const { documentElement: root } = (await parseDomFromString(text)) as { readonly documentElement: Node }
    const node = at === null ? root : childElements(root)[at]
    return node === undefined ? null : getVerifiedXml(text, node as never, [pem])
  } catch {
    // The library throws if it is not a signature.
    return null
  }
}

function childElements({ childNodes }: Node): readonly Node[] {
  return Array.from(childNodes).filter(({ nodeType }) => nodeType === ELEMENT)
}

/** The parts of the library's DOM that are used. */
interface Node {
  readonly nodeType: number
  readonly childNodes: ArrayLike<Node>
}

const ELEMENT = 1

function prefixesOf(signature: XmlElement, of: 'info' | 'reference'): readonly string[] {
  const [info] = signature.children as [XmlElement]
  const [canonicalization, , reference] = info.children as [XmlElement, XmlElement, XmlElement]
  return prefixesIn(of === 'info' ? canonicalization : (reference.children[0]?.children[1] as XmlElement))
}

function no(why: string): ProviderRefusal {
  return new ProviderRefusal(
    `the SAML message of the provider is not valid: ${why}; check the settings of this application there`,
  )
}
