import { ProviderRefusal } from '../../provider/provider-refusal.ts'
import type { XmlElement } from './read-xml.ts'

export function childrenOf({ children }: XmlElement, namespace: string, name: string): readonly XmlElement[] {
  return children.filter((child) => child.name === name && child.namespace === namespace)
}

/**
 * Returns the child element with a namespace and local name, or `null` if there is none.
 *
 * @throws ProviderRefusal if there are several
 */
export function childOf(element: XmlElement, namespace: string, name: string): XmlElement | null {
  const [found = null, ...others] = childrenOf(element, namespace, name)
  if (others.length > 0)
    throw new ProviderRefusal(`the SAML message of the provider contains several \`${name}\`: configure the provider to send one`)
  return found
}

export function requiredChild(element: XmlElement, namespace: string, name: string): XmlElement {
  const found = childOf(element, namespace, name)
  if (found === null)
    throw new ProviderRefusal(`the SAML message of the provider lacks \`${name}\`: configure the provider to send it`)
  return found
}

/** Returns the text of an element. Refuses child elements, because XML parsers differ in how they join the text around them. */
export function textOf({ name, children, text }: XmlElement): string {
  if (children.length > 0)
    throw new ProviderRefusal(
      `the SAML message of the provider contains elements in \`${name}\`: configure the provider to send only text`,
    )
  return text
}

/** Yields the element and all its descendants. */
export function* everyElement(element: XmlElement): Generator<XmlElement> {
  yield element
  for (const child of element.children) yield* everyElement(child)
}

/** Parses an `xs:dateTime` in UTC (saml-core, section 1.3.3). Returns milliseconds since 1970, or `null` if it is invalid. */
export function readInstant(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/.test(text)) return null
  const time = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'))
  // `Date.parse` counts on from days that a month does not have.
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(text.slice(0, 10)) ? null : time
}

export function instantIn(element: XmlElement, attribute: string): number {
  const time = readInstant(element.attributes.get(attribute))
  if (time === null)
    throw new ProviderRefusal(
      `the SAML message of the provider has a \`${element.name}\` whose \`${attribute}\` is not a time in UTC: ` +
        'configure the provider to send one',
    )
  return time
}
