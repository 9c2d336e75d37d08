import { parseAddress } from './address.ts'
import type { CanonicalHeaders, CertificateHeader, Trust } from './canonical-request.ts'
import type { RefusalCode } from './refusals.ts'

/** Who has sent a request. */
export interface Client {
  /** In canonical text. */
  readonly address: string
  /** Over what; null where nobody who is believed has told. */
  readonly scheme: 'http' | 'https' | null
  /** Where its certificate stands; null where nobody who is believed hands it on. */
  readonly certificateIn: CertificateHeader | null
}

/**
 * The client: the last address that no trusted proxy is at, read from the right, as everything left of it is what the client
 * says. The peer, where that is no trusted proxy or says nothing. Refused where a trusted proxy says something that is no address
 * or no scheme: whose request it is, nobody knows.
 *
 * @param peer in canonical text
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

/** Some proxies call it otherwise where a WebSocket is asked for. */
const SCHEMES: Readonly<Record<string, 'http' | 'https'>> = Object.assign(Object.create(null), {
  http: 'http',
  https: 'https',
  ws: 'http',
  wss: 'https',
})

/**
 * What `X-Forwarded-Proto` says of the address that is the `depth`th from the right. Where proxies set it and do not add to it,
 * there are fewer values than addresses, and the first is that of the proxy which the client has reached.
 */
function forwardedProto(headers: CanonicalHeaders, depth: number): string | null {
  const values = elementsOf(headers, 'x-forwarded-proto')
  if (values === null || values.length === 0) return null
  return values[Math.max(0, values.length - Math.max(1, depth))] as string
}

/**
 * Of all lines, as one list (RFC 9110 §5.3). Null where a quote does not end: a client could have begun it, to take what a proxy
 * adds behind it for a part of its own element.
 */
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
  const [node, ...more] = valuesOf('for', element)
  return node === undefined || more.length > 0 ? null : node
}

/** `proto=` of an element (RFC 7239 §5.4): null where it has none, and no scheme where it has two. */
function protoOf(element: string | undefined): string | null {
  const values = element === undefined ? [] : valuesOf('proto', element)
  return values.length === 0 ? null : values.join()
}

/** Of all parameters of that name, out of their quotes. */
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
