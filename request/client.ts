import { parseAddress } from './address.ts'
import type { CanonicalHeaders, CertificateHeader, Trust } from './canonical-request.ts'
import type { RefusalCode } from './refusals.ts'

export interface Client {
  /** IP address of the client in canonical text. */
  readonly address: string
  /** The client's scheme; null if no trusted proxy reports it. */
  readonly scheme: 'http' | 'https' | null
  /** The header with the client's certificate; null if no trusted proxy forwards one. */
  readonly certificateIn: CertificateHeader | null
}

/**
 * Returns the client: the last address from the right that is not a trusted proxy, as the client controls everything left of it;
 * or the peer, if it is untrusted or reports no client. Refuses a trusted proxy's invalid address or scheme, as the client is
 * then unknown.
 *
 * @param peer address in canonical text
 */
export function clientOf(peer: string, headers: CanonicalHeaders, { proxies, header, certificate }: Trust): Client | RefusalCode {
  const isTrusted = (address: string) => proxies.some((holds) => holds(address))
  if (!isTrusted(peer)) return { address: peer, scheme: null, certificateIn: null }
  const certificateIn = certificate ?? null
  const elements = elementsOf(headers, header)
  if (elements === null) return 'client-address'
  let address = peer
  let at = elements.length
  while (at > 0 && isTrusted(address)) {
    at -= 1
    const before = readElement(elements[at] as string, header)
    if (before === null) return 'client-address'
    address = before
  }
  const told = header === 'forwarded' ? protoOf(elements[at]) : forwardedProto(headers, elements.length - at)
  if (told === null) return { address, scheme: null, certificateIn }
  const scheme = SCHEMES[told.toLowerCase()]
  return scheme === undefined ? 'client-scheme' : { address, scheme, certificateIn }
}

/** Some proxies report other schemes for WebSockets. */
const SCHEMES: Readonly<Record<string, 'http' | 'https'>> = Object.assign(Object.create(null), {
  http: 'http',
  https: 'https',
  ws: 'http',
  wss: 'https',
})

/**
 * Returns the `X-Forwarded-Proto` of the address at `depth` from the right. Proxies that replace the header instead of appending
 * leave fewer values than addresses; then the first is that of the proxy that the client reached.
 */
function forwardedProto(headers: CanonicalHeaders, depth: number): string | null {
  const values = elementsOf(headers, 'x-forwarded-proto')
  if (values === null || values.length === 0) return null
  return values[Math.max(0, values.length - Math.max(1, depth))] as string
}

/** Splits all lines as one list (RFC 9110 §5.3). Null for an unclosed quote, which could absorb what a proxy appends. */
function elementsOf(headers: CanonicalHeaders, header: Trust['header'] | 'x-forwarded-proto'): readonly string[] | null {
  const elements: string[] = []
  for (const [name, value] of headers.entries()) {
    if (name !== header) continue
    if (header === 'forwarded' && !WHOLE_QUOTES.test(value)) return null
    elements.push(...(header === 'forwarded' ? splitQuoted(value) : value.split(',')))
  }
  return elements.map((each) => each.trim())
}

const WHOLE_QUOTES = /^(?:"(?:[^"\\]|\\.)*"|[^"])*$/

/** Splits at commas outside of quotes. */
function splitQuoted(value: string): readonly string[] {
  return value.match(/(?:"(?:[^"\\]|\\.)*"|[^,"])+/g) ?? [value]
}

/** Parses an address with or without a port, and IPv6 also in brackets. */
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

/** Returns the only `for=` of an element (RFC 7239 §4). */
function nodeOf(element: string): string | null {
  const [node, ...more] = valuesOf('for', element)
  return node === undefined || more.length > 0 ? null : node
}

/** Returns the `proto=` of an element (RFC 7239 §5.4): null if absent, no scheme if repeated. */
function protoOf(element: string | undefined): string | null {
  const values = element === undefined ? [] : valuesOf('proto', element)
  return values.length === 0 ? null : values.join()
}

/** Returns the unquoted values of all parameters of that name. */
function valuesOf(name: string, element: string): readonly string[] {
  return splitParameters(element).flatMap((pair) => {
    const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair.trim()) ?? []
    if (key.toLowerCase() !== name) return []
    const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)
    return [quoted === null ? value : (quoted[1] as string).replace(/\\(.)/g, '$1')]
  })
}

function splitParameters(element: string): readonly string[] {
  return element.match(/(?:"(?:[^"\\]|\\.)*"|[^;"])+/g) ?? []
}
