import { parseAddress } from './address.ts'
import { type Canonical, HTTP_2, type RawRequest } from './canonical-request.ts'
import { clientOf } from './client.ts'
import { refusedFraming, refusedRepetition } from './framing.ts'
import { endToEnd, oversizedHeaders, readHeaders } from './headers.ts'
import { canonicalHost } from './host.ts'
import { type RefusalCode, refuse } from './refusals.ts'
import { readTarget } from './target.ts'

/**
 * Returns the canonical form of a request, or the first reason for a refusal, in the order method, version, target, header lines,
 * host, framing, address. Time and memory are linear in the request's size. The client's address is the peer's, unless `trust`
 * lists the peer as a proxy.
 */
export function canonicalize(raw: RawRequest): Canonical {
  const early = refusedMethod(raw.method) ?? refusedVersion(raw.httpVersion)
  if (early !== null) return refuse(early)
  const target = readTarget(raw.target)
  if (typeof target === 'string') return refuse(target)

  const oversized = oversizedHeaders(raw.rawHeaders)
  if (oversized !== null) return refuse(oversized)
  const lines = readHeaders(raw.rawHeaders)
  if (typeof lines === 'string') return refuse(lines)
  const hosts = lines.count('host')
  if (hosts !== 1) return refuse(hosts === 0 ? 'host-missing' : 'host-repeated')
  const authority = readHost(lines.get('host') ?? '')
  if (authority === null) return refuse('host-invalid')
  const refused = refusedRepetition(lines) ?? refusedFraming(lines, raw.httpVersion)
  if (refused !== null) return refuse(refused)

  const peer = readPeer(raw.peer)
  if (peer === null) return refuse('source-address')
  const client = raw.trust ? clientOf(peer, lines, raw.trust) : null
  if (typeof client === 'string') return refuse(client)
  return {
    ok: true,
    request: {
      method: raw.method,
      host: authority.host,
      port: authority.port,
      rawPath: target.rawPath,
      rawQuery: target.rawQuery,
      segments: target.segments,
      path: target.path,
      headers: endToEnd(lines),
      sourceIp: client?.address ?? peer,
      scheme: client?.scheme ?? null,
      certificateIn: client?.certificateIn ?? null,
    },
  }
}

/**
 * Returns null for a method that may be routed. CONNECT opens a tunnel, and TRACE and TRACK echo credentials (RFC 9110 §9.3.6,
 * §9.3.8): no policy can allow them.
 */
function refusedMethod(method: string): RefusalCode | null {
  if (method === 'GET' || method === 'POST') return null
  if (method === 'TRACE' || method === 'TRACK' || method === 'CONNECT') return 'method-not-allowed'
  for (let i = 0; i < method.length; i++) {
    const c = method.charCodeAt(i)
    if ((c < A || c > Z) && c !== HYPHEN) return 'method-invalid'
  }
  return method === '' ? 'method-invalid' : null
}

const A = 0x41
const Z = 0x5a
const HYPHEN = 0x2d

/** Node's parser accepts `HTTP/2.0` and `HTTP/0.9` in a request line. */
function refusedVersion(httpVersion: string): RefusalCode | null {
  return httpVersion === '1.1' || httpVersion === '1.0' || httpVersion === HTTP_2 ? null : 'http-version'
}

/** Limits of a memoized function: clients choose the texts. */
const MEMOIZED = { texts: 2048, length: 128 }

const readPeer = memoized(parseAddress)
const readHost = memoized(canonicalHost)

/** Remembers results, as many requests come from few peers, for few hosts. */
function memoized<T>(read: (text: string) => T | null): (text: string) => T | null {
  const known = new Map<string, T | null>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    const result = read(text)
    if (text.length > MEMOIZED.length) return result
    if (known.size === MEMOIZED.texts) known.clear()
    known.set(text, result)
    return result
  }
}
