import type { XmlAttribute, XmlElement } from './read-xml.ts'

/**
 * Serializes an element by Exclusive XML Canonicalization 1.0, in one pass. Comments cannot occur because `readXml` refuses
 * them.
 *
 * @param inclusive prefixes to include even if unused (section 2.1, `InclusiveNamespaces PrefixList`)
 * @param without element to omit (enveloped signature transform of XML Signature, section 6.6.4)
 */
export function canonicalXml(element: XmlElement, inclusive: readonly string[] = [], without: XmlElement | null = null): string {
  const parts: string[] = []
  write(element, NONE)
  return parts.join('')

  function write(here: XmlElement, outer: ReadonlyMap<string, string>): void {
    const name = qualified(here)
    const rendered = declare(here, outer)
    for (const one of here.written.toSorted(byNamespaceAndName))
      parts.push(' ', qualified(one), '="', escapedValue(one.value), '"')
    parts.push('>')
    for (const inner of here.content) {
      if (typeof inner === 'string') parts.push(escapedText(inner))
      else if (inner !== without) write(inner, rendered)
    }
    parts.push('</', name, '>')
  }

  /** Writes the start tag with the namespaces that it uses and no ancestor has rendered. */
  function declare(here: XmlElement, outer: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const used = new Set([here.prefix, ...here.written.map(({ prefix }) => prefix).filter((prefix) => prefix !== '')])
    for (const prefix of inclusive) if (here.scope.has(prefix)) used.add(prefix)
    used.delete('xml')
    parts.push('<', qualified(here))
    let rendered: Map<string, string> | null = null
    for (const prefix of [...used].sort()) {
      const uri = here.scope.get(prefix) ?? ''
      if ((outer.get(prefix) ?? '') === uri) continue
      rendered ??= new Map(outer)
      rendered.set(prefix, uri)
      parts.push(prefix === '' ? ' xmlns="' : ` xmlns:${prefix}="`, escapedValue(uri), '"')
    }
    return rendered ?? outer
  }
}

const NONE: ReadonlyMap<string, string> = new Map()

function qualified({ prefix, name }: Pick<XmlElement, 'prefix' | 'name'>): string {
  return prefix === '' ? name : `${prefix}:${name}`
}

/** Compares attributes by namespace, none first, and name (Canonical XML 1.0, section 2.2). */
function byNamespaceAndName(a: XmlAttribute, b: XmlAttribute): number {
  return order(a.namespace, b.namespace) || order(a.name, b.name)
}

function order(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

const TEXT: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' }
const VALUE: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
}

function escapedText(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => TEXT[character] as string)
}

function escapedValue(text: string): string {
  return text.replace(/[&<"\t\n\r]/g, (character) => VALUE[character] as string)
}
