import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { requiredChild, textOf } from './elements.ts'
import { ASSERTION, ENTITY } from './names.ts'
import { readXml, type XmlElement } from './read-xml.ts'

export interface SamlMessage {
  /** Text of the message as parsed, with normalized line ends. */
  readonly text: string
  readonly root: XmlElement
}

/** Maximum length of base64 in a form, in characters. */
const MOST_BASE64 = 96_000

/**
 * Decodes a message of the HTTP-POST binding (saml-bindings, section 3.5.4).
 *
 * @throws ProviderRefusal if it is malformed
 */
export function readPosted(base64: string): SamlMessage {
  if (base64.length > MOST_BASE64)
    throw new ProviderRefusal(
      `the SAML message of the provider is longer than ${MOST_BASE64} characters: let the provider send fewer attributes`,
    )
  const dense = base64.replace(/[\r\n\t ]/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(dense))
    throw new ProviderRefusal('the SAML message of the provider is not base64: read the log of the provider')
  return readMessage(Buffer.from(dense, 'base64'))
}

export function readMessage(bytes: Uint8Array): SamlMessage {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new ProviderRefusal('the SAML message of the provider is not UTF-8: configure the provider to send UTF-8')
  }
  const normal = text.replace(/\r\n?/g, '\n')
  return { text: normal, root: readXml(normal) }
}

/**
 * Checks that the `Issuer` element of a message names the expected identity provider (saml-core, section 2.2.5).
 *
 * @throws ProviderRefusal if it does not
 */
export function checkIssuer(element: XmlElement, entityId: string): void {
  const issuer = requiredChild(element, ASSERTION, 'Issuer')
  if (textOf(issuer) !== entityId || (issuer.attributes.get('Format') ?? ENTITY) !== ENTITY)
    throw new ProviderRefusal(`the message of the provider has a \`${element.name}\` of another \`Issuer\` than \`${entityId}\``)
}

export function checkVersion(element: XmlElement): void {
  if (element.attributes.get('Version') !== '2.0')
    throw new ProviderRefusal(
      `the \`${element.name}\` from the provider is not of SAML 2.0: configure the provider to use SAML 2.0`,
    )
}
