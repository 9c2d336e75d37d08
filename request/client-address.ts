import { type AddressRange, parseAddress } from './address.ts'
import type { CanonicalHeaders } from './canonical-request.ts'

/** Whom a listener believes about where requests come from. */
export interface Trust {
  /** Of proxies that stand before it, each of which adds the address that it sees. */
  readonly proxies: readonly AddressRange[]
  /** The one header in which they do that; whatever another one says is nothing. */
  readonly header: 'x-forwarded-for' | 'forwarded'
}

/**
 * The address of the client: the last one that no trusted proxy is at, read from the right, as everything left of it is what the client says. The peer, where that is
 * no trusted proxy or says nothing. Null where a trusted proxy says something that is no address: whose request it is, nobody knows.
 *
 * @param peer in canonical text
 */
export function clientAddress(peer: string, headers: CanonicalHeaders, { proxies, header }: Trust): string | null {
  const isTrusted = (address: string) => proxies.some((holds) => holds(address))
  if (!isTrusted(peer)) return peer
  const elements = elementsOf(headers, header)
  if (elements === null) return null
  let client = peer
  for (let at = elements.length - 1; at >= 0 && isTrusted(client); at -= 1) {
    const address = readElement(elements[at] as string, header)
    if (address === null) return null
    client = address
  }
  return client
}

/**
 * Of all lines, as one list (RFC 9110 §5.3). Null where a quote does not end: a client could have begun it, to take what a proxy adds behind it for a part of
 * its own element.
 */
function elementsOf(headers: CanonicalHeaders, header: Trust['header']): readonly string[] | null {
  const elements: string[] = []
  for (const [name, value] of headers.entries()) {
    if (name !== header) continue
    if (header === 'forwarded' && !WHOLE_QUOTES.test(value)) return null
    elements.push(...(header === 'forwarded' ? splitQuoted(value) : value.split(',')))
  }
  return elements.map((each) => each.trim())
}

const WHOLE_QUOTES = /^(?:"(?:[^"\\]|\\.)*"|[^"])*$/

/** At commas outside of quotes. */
function splitQuoted(value: string): readonly string[] {
  return value.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [value]
}

/** An address with a port or without; IPv6 in brackets, too. */
function readElement(text: string, header: Trust['header']): string | null {
  const node = header === 'forwarded' ? nodeOf(text) : text
  if (node === null) return null
  const bracketed = /^\[([^\]]*)\](?::[0-9]{1,5})?$/.exec(node)
  if (bracketed !== null) {
    const address = parseAddress(bracketed[1] as string)
    return address !== null && (bracketed[1] as string).includes(':') ? address : null
  }
  const withPort = /^([^:]*):[0-9]{1,5}$/.exec(node)
  return parseAddress(withPort === null ? node : (withPort[1] as string))
}

/** `for=` of an element (RFC 7239 §4): exactly one. */
function nodeOf(element: string): string | null {
  const found = splitParameters(element).flatMap((pair) => /^for=(.*)$/is.exec(pair.trim())?.[1] ?? [])
  if (found.length !== 1) return null
  const value = found[0] as string
  const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)
  return quoted === null ? value : (quoted[1] as string).replace(/\\(.)/g, '$1')
}

function splitParameters(element: string): readonly string[] {
  return element.match(/(?:"(?:[^"\\]|\\.)*"|[^;"])+/g) ?? []
}
