import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import { requiredChild, textOf } from './elements.ts'
import { ASSERTION } from './names.ts'
import type { XmlElement } from './read-xml.ts'

/** Identifier of the subject as the provider sent it (saml-core, section 2.2.3). The proxy returns it unchanged. */
export interface NameId {
  readonly value: string
  readonly format: string | null
  readonly nameQualifier: string | null
  readonly spNameQualifier: string | null
}

const MOST = 1024

export function nameIdIn(element: XmlElement): NameId {
  const found = requiredChild(element, ASSERTION, 'NameID')
  const { attributes } = found
  const value = textOf(found)
  if (value.trim() === '' || value.length > MOST)
    throw new ProviderRefusal(
      `the \`NameID\` from the provider is empty, or longer than ${MOST} characters: choose another \`NameID\` format there`,
    )
  return {
    value,
    format: attributes.get('Format') ?? null,
    nameQualifier: attributes.get('NameQualifier') ?? null,
    spNameQualifier: attributes.get('SPNameQualifier') ?? null,
  }
}
