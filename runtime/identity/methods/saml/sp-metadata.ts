import { X509Certificate } from 'node:crypto'
import { assertionConsumerPath, SAML_LOGOUT_PATH } from '../../sign-in/paths.ts'
import { METADATA, PROTOCOL, SIGNATURE } from './names.ts'

export interface SpDescription {
  readonly entityId: string
  readonly identity: string
  /** Origin at which browsers reach the host, such as `https://app.example`. */
  readonly origin: string
  readonly certificate: string | null
}

const BINDINGS = 'urn:oasis:names:tc:SAML:2.0:bindings:'

/** Returns the service provider metadata of the proxy (saml-metadata, section 2.4.4) for one host. */
export function spMetadata({ entityId, identity, origin, certificate }: SpDescription): string {
  const consumer = escapeXml(`${origin}${assertionConsumerPath(identity)}`)
  const logout = escapeXml(`${origin}${SAML_LOGOUT_PATH}`)
  const signs = certificate !== null
  const der = certificate === null ? '' : new X509Certificate(certificate).raw.toString('base64')
  const key = `
    <md:KeyDescriptor use="signing">
      <ds:KeyInfo xmlns:ds="${SIGNATURE}"><ds:X509Data><ds:X509Certificate>${der}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>
    </md:KeyDescriptor>`
  const attributes = `protocolSupportEnumeration="${PROTOCOL}" AuthnRequestsSigned="${signs}" WantAssertionsSigned="true"`
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${METADATA}" entityID="${escapeXml(entityId)}">
  <md:SPSSODescriptor ${attributes}>${signs ? key : ''}
    <md:SingleLogoutService Binding="${BINDINGS}HTTP-Redirect" Location="${logout}"/>
    <md:SingleLogoutService Binding="${BINDINGS}HTTP-POST" Location="${logout}"/>
    <md:AssertionConsumerService Binding="${BINDINGS}HTTP-POST" Location="${consumer}" index="0" isDefault="true"/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
