import { type Canonical, HTTP_2, type RawRequest, type Trust } from './canonical-request.ts'
import { canonicalize } from './canonicalize.ts'
import { isConnectionField } from './hop-by-hop.ts'
import { canonicalHost } from './host.ts'
import { type RefusalCode, refuse } from './refusals.ts'

/** Returns the canonical form of an HTTP/2 request, by `canonicalize` of the equivalent HTTP/1.1 request. */
export function canonicalizeHttp2(raw: readonly string[], peer: string, trust: Trust | null = null): Canonical {
  const request = readHttp2(raw, peer, trust)
  return typeof request === 'string' ? refuse(request) : canonicalize(request)
}

/**
 * Converts the head of an HTTP/2 request (name, value, …, pseudo-header fields first) to equivalent HTTP/1.1 lines for
 * `canonicalize`, or returns the first reason for a refusal: RFC 9113 §8.2.2, §8.2.3, §8.3.1. An `:authority` and a `Host` of one
 * host become one line, and so do split cookies.
 */
function readHttp2(raw: readonly string[], peer: string, trust: Trust | null): RawRequest | RefusalCode {
  let method: string | undefined
  let scheme: string | undefined
  let authority: string | undefined
  let path: string | undefined
  let at = 0
  for (; at < raw.length && raw[at]?.charCodeAt(0) === COLON; at += 2) {
    const value = raw[at + 1] as string
    const name = raw[at]
    if (name === ':method' && method === undefined) method = value
    else if (name === ':scheme' && scheme === undefined) scheme = value
    else if (name === ':authority' && authority === undefined) authority = value
    else if (name === ':path' && path === undefined) path = value
    else return 'pseudo-header'
  }

  // The first line is reserved for the host.
  const rawHeaders: string[] = ['host', authority ?? '']
  let host: string | undefined
  let cookie: string | undefined
  for (; at < raw.length; at += 2) {
    const name = raw[at] as string
    const value = raw[at + 1] as string
    if (name === 'host') {
      if (host !== undefined) return 'host-repeated'
      host = value
    } else if (name === 'cookie') cookie = cookie === undefined ? value : `${cookie}; ${value}`
    else if (name.charCodeAt(0) === COLON) return 'pseudo-header'
    else if (isConnectionField(name) && !isAllowed(name, value)) return 'connection-field'
    else rawHeaders.push(name, value)
  }
  // CONNECT has neither scheme nor path (§8.5), and is refused by its method.
  if (method !== 'CONNECT' && scheme !== 'http' && scheme !== 'https') return 'pseudo-header'
  if (authority === undefined) {
    if (host === undefined) rawHeaders.splice(0, 2)
    else rawHeaders[1] = host
  } else if (host !== undefined && !areSameHost(authority, host)) return 'host-mismatch'
  if (cookie !== undefined) rawHeaders.push('cookie', cookie)
  return { method: method ?? '', target: path ?? '', httpVersion: HTTP_2, rawHeaders, peer, trust }
}

const COLON = 0x3a

/** Allows the connection fields with a meaning in HTTP/2: `te: trailers`, `trailer`, and those for a proxy (`proxy-auth…`). */
function isAllowed(name: string, value: string): boolean {
  return name === 'te' ? value.toLowerCase() === 'trailers' : name.startsWith('proxy-auth') || name === 'trailer'
}

function areSameHost(one: string, other: string): boolean {
  const [a, b] = [canonicalHost(one), canonicalHost(other)]
  return a !== null && b !== null && a.host === b.host && a.port === b.port
}
