import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { everyElement } from './elements.ts'
import { SIGNATURE } from './names.ts'
import type { XmlElement } from './read-xml.ts'

const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const ENVELOPED = `${SIGNATURE}enveloped-signature`

const MOST_ELEMENTS = 32

/**
 * Checks the form of an XML Signature strictly, so that no two parsers can read it differently (XML Signature, section 4, as
 * profiled by saml-core, section 5.4). The signature must consist of `SignedInfo(CanonicalizationMethod, SignatureMethod,
 * Reference(Transforms(Transform, Transform), DigestMethod, DigestValue))`, `SignatureValue`, and an optional `KeyInfo`, which
 * is never read.
 */
export function checkSignatureShape(signature: XmlElement, holder: XmlElement): void {
  // The unsigned parts also go to the library.
  if ([...everyElement(signature)].length > MOST_ELEMENTS) throw form()
  const [info, value] = these(signature, ['SignedInfo', 'SignatureValue'], 'KeyInfo')
  if (info.children.length > 3) throw no('a signature covers several elements')
  const [canonicalization, method, reference] = these(info, ['CanonicalizationMethod', 'SignatureMethod', 'Reference'])
  const [transforms, digest, digestValue] = these(reference, ['Transforms', 'DigestMethod', 'DigestValue'])
  const [enveloped, exclusive] = these(transforms, ['Transform', 'Transform'])
  for (const leaf of [method, digest, digestValue, value, enveloped]) if (leaf.children.length > 0) throw form()
  const isUsual = algorithmOf(enveloped) === ENVELOPED && algorithmOf(exclusive) === EXCLUSIVE
  if (!isUsual || algorithmOf(canonicalization) !== EXCLUSIVE) throw no('a signature has transforms that SAML does not allow')
  const id = holder.attributes.get('ID') ?? ''
  if (!/^[A-Za-z_][\w.-]{0,255}$/.test(id)) throw no('the ID of the signed element is missing, or not of the form of an ID')
  if (reference.attributes.get('URI') !== `#${id}`) throw no('a signature does not cover the element that it is in')
  prefixesIn(canonicalization)
  prefixesIn(exclusive)
}

/**
 * Returns the namespace prefixes that an `InclusiveNamespaces` element lists (Exclusive XML Canonicalization, section 2.1). Only
 * a few are allowed, because canonicalization iterates over them for each element.
 */
export function prefixesIn({ children }: XmlElement): readonly string[] {
  const [list, ...others] = children
  if (list === undefined) return []
  const isList = list.name === 'InclusiveNamespaces' && list.namespace === EXCLUSIVE && list.children.length === 0
  if (!isList || others.length > 0) throw form()
  const prefixes = (list.attributes.get('PrefixList') ?? '').split(' ').filter((prefix) => prefix !== '')
  if (prefixes.length > 16) throw no('a signature names too many prefixes')
  // The library does not support this name of the empty prefix.
  if (prefixes.includes('#default')) throw form()
  return prefixes
}

/** Returns the children of an element, which must have these names in this order. */
function these(element: XmlElement, names: readonly string[], last?: string): readonly [XmlElement, XmlElement, XmlElement] {
  const { children } = element
  const wanted = last !== undefined && children.length > names.length ? [...names, last] : names
  const isSo =
    children.length === wanted.length &&
    children.every(({ name, namespace }, at) => name === wanted[at] && namespace === SIGNATURE)
  if (!isSo) throw form()
  return children as unknown as readonly [XmlElement, XmlElement, XmlElement]
}

function algorithmOf({ attributes }: XmlElement): string {
  return attributes.get('Algorithm') ?? ''
}

function form(): ProviderRefusal {
  return no('a signature is not of the form that SAML requires')
}

function no(why: string): ProviderRefusal {
  return new ProviderRefusal(
    `the SAML message of the provider is not valid: ${why}; check the settings of this application there`,
  )
}
