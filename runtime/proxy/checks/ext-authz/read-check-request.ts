import {
  type Canonical,
  type CanonicalHeaders,
  type CanonicalRequest,
  canonicalHost,
  canonicalize,
  HTTP_2,
  MAX_HEADER_BYTES,
  MAX_HEADER_LINES,
  MAX_TARGET,
  namesOnlyConnectionFields,
  parseAddress,
  type RefusalCode,
  type Trust,
} from '../../../../request/index.ts'
import { isRooted, isTrusted, refuseCheck, refusedFor } from '../canonical-check.ts'
import type { CheckedRequest } from '../check-incoming.ts'
import { type CheckedLines, headerLinesOf } from './header-lines.ts'
import type { CheckRequestMessage, HttpRequestMessage, PeerMessage } from './service/index.ts'

/**
 * Reads the request about which Envoy asks. A request that lacks what decides it, or of which two fields contradict each other,
 * has no canonical form, so that it is refused.
 *
 * @param asker IP address of the asking proxy, for records of requests without a source; empty if it has none
 * @param trust proxies before the asking one, which name the client; `null` if the asking proxy is the first
 */
export function readCheckRequest({ attributes }: CheckRequestMessage, asker: string, trust: Trust | null = null): CheckedRequest {
  const http = attributes?.request?.http ?? null
  const source = attributes?.source ?? null
  const hasTooMany = http !== null && linesIn(http) > MAX_LINES
  const lines = http === null || hasTooMany ? null : headerLinesOf(http)
  const peer = source?.address?.socketAddress?.address ?? ''
  const isBehindProxy = trust !== null && isTrusted(peer, trust)
  return {
    // Records of requests without a canonical form have these, so they are short and of known form.
    method: (http?.method ?? '').slice(0, MAX_METHOD),
    target: (http?.path ?? '').slice(0, MAX_TARGET),
    rawHeaders: lines?.lines ?? [],
    peer: parseAddress(peer) ?? asker,
    body: http === null || lines === null ? null : bodyOf(http, lines),
    // The connection of a proxy before Envoy has the certificate of that proxy.
    mayLackCertificate: isBehindProxy,
    canonicalize: () => {
      if (http === null) return refuseCheck('the check has no HTTP request: configure the asking proxy to check HTTP requests')
      if (hasTooMany) return refusedFor('headers-too-many')
      if (lines === null) return refuseCheck(HEADERS)
      return canonicalForm(http, lines, source, peer, trust)
    },
  }
}

function linesIn({ headers = [], headerMap }: HttpRequestMessage): number {
  return headers.length + (headerMap?.headers?.length ?? 0)
}

/** Lines with those that are no header lines: pseudo-headers, and what the asking proxy adds. */
const MAX_LINES = MAX_HEADER_LINES + 16
const MAX_METHOD = 32

const HEADERS = 'the check has no headers, or both raw and merged ones: configure the asking proxy to send all headers once'

function canonicalForm(
  http: HttpRequestMessage,
  lines: CheckedLines,
  source: PeerMessage | null,
  peer: string,
  trust: Trust | null,
): Canonical {
  const contradiction = contradictionIn(http, lines)
  if (contradiction !== null) return refuseCheck(contradiction)
  const { method = '', path = '', host = '', scheme, protocol = '' } = http
  if (host === '') return refusedFor('host-missing')
  if (isRooted(host)) return refusedFor('host-invalid')
  const others = withoutHost(lines.lines, host)
  if (typeof others === 'string') return refusedFor(others)
  if (scheme !== 'http' && scheme !== 'https') return refusedFor('client-scheme')
  const httpVersion = VERSIONS.get(protocol) ?? ''
  const isBehindProxy = trust !== null && isTrusted(peer, trust)
  const rawHeaders = ['host', host, ...(trust === null ? others : withoutPeer(others, peer))]
  const canonical = canonicalize({ method, target: path, httpVersion, rawHeaders, peer, trust })
  if (!canonical.ok) return canonical
  const { request } = canonical
  // The client would have the rights of the proxy's address.
  if (isBehindProxy && request.headers.count(trust.header) === 0) return refusedFor('client-address')
  // A trusted proxy before the asking one may have ended the client's TLS. The certificate is then the proxy's.
  const certificate = isBehindProxy ? null : certificateOf(source, request)
  return { ok: true, request: { ...request, scheme: request.scheme ?? scheme, certificateIn: null, ...certificate } }
}

/**
 * Returns the lines without the address of the peer at the end of `X-Forwarded-For`, which Envoy adds before it asks. The schemes
 * that trusted proxies state are counted from the end too, and Envoy adds none.
 */
function withoutPeer(lines: readonly string[], peer: string): readonly string[] {
  const at = lines.findLastIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'x-forwarded-for')
  if (at === -1) return lines
  const value = lines[at + 1] ?? ''
  const comma = value.lastIndexOf(',')
  if (parseAddress(value.slice(comma + 1).trim()) !== parseAddress(peer)) return lines
  const kept = comma === -1 ? [] : [lines[at] as string, value.slice(0, comma)]
  return [...lines.slice(0, at), ...kept, ...lines.slice(at + 2)]
}

const VERSIONS: ReadonlyMap<string, string> = new Map([
  ['HTTP/1.0', '1.0'],
  ['HTTP/1.1', '1.1'],
  ['HTTP/2', HTTP_2],
  ['HTTP/3', HTTP_2],
])

const PSEUDO: readonly string[] = [':method', ':path', ':authority', ':scheme']

/** Returns which fields are missing, or say different things about one request, else `null`. */
function contradictionIn(http: HttpRequestMessage, { pseudo, lines, isMerged }: CheckedLines): string | null {
  const { method = '', path = '', host = '', scheme = '', query = '', fragment = '', body = '', rawBody } = http
  const said: Readonly<Record<string, string>> = { ':method': method, ':path': path, ':authority': host, ':scheme': scheme }
  for (const [name, value] of pseudo) {
    // Of WebSockets over HTTP/2 (RFC 8441), which the asking proxy passes on as GET.
    if (name === ':protocol') continue
    if (!Object.hasOwn(said, name)) return 'the check has a pseudo-header that requests do not have'
    if (said[name] !== value) return `the check contradicts itself: \`${name}\` has another value than the field for it`
  }
  // A header that a check lacks would be read as one that the client did not send.
  const missing = PSEUDO.filter((wanted) => !pseudo.some(([name]) => name === wanted))
  if (missing.length > 0)
    return `the check lacks \`${missing.join('`, `')}\`: remove \`allowed_headers\` and \`disallowed_headers\` in Envoy`
  // Envoy writes `!` for bytes that are not UTF-8.
  if (isMerged && path.includes('!'))
    return 'the path has a `!`, which may stand for another byte: set `encode_raw_headers: true` in Envoy'
  if (!hasPlainConnection(lines)) return 'the header `Connection` names others than those of connections'
  if (fragment !== '') return 'the check has a fragment, which requests do not have'
  const at = path.indexOf('?')
  if (query !== '' && (at === -1 || path.slice(at + 1) !== query))
    return 'the check contradicts itself: the query in `path` is another than `query`'
  if (body !== '' && rawBody !== undefined && rawBody.length > 0) return 'the check has two bodies'
  return null
}

/**
 * Whether `Connection` names fields of the connection only. If it named others, Envoy would forward them, and what it has added
 * itself could not be told from what the client sent.
 */
function hasPlainConnection(lines: readonly string[]): boolean {
  for (let at = 0; at < lines.length; at += 2) {
    if (lines[at]?.toLowerCase() === 'connection' && !namesOnlyConnectionFields(lines[at + 1] ?? '')) return false
  }
  return true
}

/** Returns the lines without `Host`, whose value is a field of the check; or the reason for which it is refused. */
function withoutHost(lines: readonly string[], host: string): readonly string[] | RefusalCode {
  const others: string[] = []
  let seen = false
  for (let at = 0; at < lines.length; at += 2) {
    const name = lines[at] as string
    const value = lines[at + 1] as string
    if (name.toLowerCase() !== 'host') {
      others.push(name, value)
      continue
    }
    if (seen) return 'host-repeated'
    seen = true
    const [one, other] = [canonicalHost(value), canonicalHost(host)]
    if (one === null || other === null || one.host !== other.host || one.port !== other.port) return 'host-mismatch'
  }
  return others
}

/**
 * Returns the body. Only bytes of the declared length are whole. Text is not: Envoy replaces bytes in it that are not UTF-8, so
 * that the service may read another body.
 */
function bodyOf({ method, rawBody, body = '' }: HttpRequestMessage, { lines, isPartial }: CheckedLines): CheckedRequest['body'] {
  if (isPartial || body !== '') return 'incomplete'
  const length = declaredLength(lines)
  const isEmpty = rawBody === undefined || rawBody.length === 0
  // HTTP/2 and chunked bodies have no length, and whether one follows is not said. Only these two methods have none as a rule.
  if (length === 'undeclared') return isEmpty && (method === 'GET' || method === 'HEAD') ? null : 'incomplete'
  if (length === 0 && isEmpty) return null
  const isWhole = rawBody !== undefined && rawBody.length === length
  return isWhole ? Buffer.from(rawBody.buffer, rawBody.byteOffset, rawBody.byteLength) : 'incomplete'
}

/** Returns the `Content-Length`; `null` if it is not known. */
function declaredLength(lines: readonly string[]): number | 'undeclared' | null {
  let declared: string | null = null
  for (let at = 0; at < lines.length; at += 2) {
    const name = lines[at]?.toLowerCase()
    if (name === 'content-length') declared = lines[at + 1] ?? ''
    else if (name === 'transfer-encoding') return null
  }
  if (declared === null) return 'undeclared'
  return /^[0-9]{1,15}$/.test(declared.trim()) ? Number(declared) : null
}

/**
 * Returns the certificate of the client, as if the asking proxy had sent it by `X-Forwarded-Client-Cert`; a header of that name
 * in the request is not read. A client with a name but without a certificate is one whose certificate the asking proxy does not
 * pass on: whoever reads certificates refuses it.
 */
function certificateOf(
  source: PeerMessage | null,
  { headers }: CanonicalRequest,
): Pick<CanonicalRequest, 'certificateIn' | 'headers'> {
  const { certificate = '', principal = '' } = source ?? {}
  if (certificate === '' && principal === '') return { certificateIn: null, headers }
  // The PEM is URL-encoded; anything else would end the quoted value.
  const isReadable = certificate.length <= MAX_HEADER_BYTES && /^[A-Za-z0-9%._~+/=-]+$/.test(certificate)
  const value = isReadable ? `Cert="${certificate}"` : ''
  return { certificateIn: XFCC, headers: new HeadersWithCertificate(headers, value) }
}

const XFCC = 'x-forwarded-client-cert'

/** Headers of a request together with the certificate of its client, which is not one of its lines. */
class HeadersWithCertificate implements CanonicalHeaders {
  readonly #headers: CanonicalHeaders
  readonly #certificate: string

  constructor(headers: CanonicalHeaders, certificate: string) {
    this.#headers = headers
    this.#certificate = certificate
  }

  get(name: string): string | undefined {
    return name === XFCC ? this.#certificate : this.#headers.get(name)
  }

  count(name: string): number {
    return name === XFCC ? 1 : this.#headers.count(name)
  }

  entries(): Iterable<readonly [name: string, value: string]> {
    return this.#headers.entries()
  }
}
