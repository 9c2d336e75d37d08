import type { Canonical, RawRequest } from './canonical-request.ts'
import { canonicalize } from './canonicalize.ts'
import type { Trust } from './client.ts'
import { isConnectionField } from './hop-by-hop.ts'
import { canonicalHost } from './host.ts'
import { HTTP_2 } from './http-version.ts'
import { type RefusalCode, refuse } from './refusals.ts'

/** The one reading of a request of HTTP/2, as `canonicalize` of what says the same. */
export function canonicalizeHttp2(raw: readonly string[], peer: string, trust: Trust | null = null): Canonical {
  const request = readHttp2(raw, peer)
  return typeof request === 'string' ? refuse(request) : canonicalize({ ...request, trust })
}

/**
 * The head of a request of HTTP/2 (name, value, name, value …, pseudo-header fields first) as the request line and header lines of HTTP/1.1 that say the
 * same, which `canonicalize` reads on; or the first reason why there are none. RFC 9113 §8.2.2, §8.2.3, §8.3.1. An `:authority` and a `Host` that name one host become one line,
 * and so do the pieces into which a client may break its cookies.
 */
function readHttp2(raw: readonly string[], peer: string): RawRequest | RefusalCode {
  const pseudo = new Map<string, string>()
  const rawHeaders: string[] = []
  const hosts: string[] = []
  const cookies: string[] = []
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string
    const value = raw[i + 1] as string
    if (name.charCodeAt(0) === COLON) {
      if (!PSEUDO.has(name) || pseudo.has(name) || rawHeaders.length > 0) return 'pseudo-header'
      pseudo.set(name, value)
    } else if (name === 'host') hosts.push(value)
    else if (name === 'cookie') cookies.push(value)
    else if (isConnectionField(name) && !isAllowed(name, value)) return 'connection-field'
    else rawHeaders.push(name, value)
  }
  if (hosts.length > 1) return 'host-repeated'
  const method = pseudo.get(':method') ?? ''
  const scheme = pseudo.get(':scheme')
  // A CONNECT has neither scheme nor path (§8.5), and is refused by its method.
  if (method !== 'CONNECT' && scheme !== 'http' && scheme !== 'https') return 'pseudo-header'
  const authority = pseudo.get(':authority')
  const [host] = hosts
  if (authority !== undefined && host !== undefined && !areSameHost(authority, host)) return 'host-mismatch'
  const named = authority ?? host
  if (named !== undefined) rawHeaders.unshift('host', named)
  if (cookies.length > 0) rawHeaders.push('cookie', cookies.join('; '))
  return { method, target: pseudo.get(':path') ?? '', httpVersion: HTTP_2, rawHeaders, peer }
}

const COLON = 0x3a
const PSEUDO: ReadonlySet<string> = new Set([':method', ':scheme', ':authority', ':path'])

/** Of the fields of a connection, those that mean something here: none but `te: trailers`, and what is for a proxy. */
function isAllowed(name: string, value: string): boolean {
  return name === 'te' ? value.toLowerCase() === 'trailers' : name.startsWith('proxy-auth') || name === 'trailer'
}

function areSameHost(one: string, other: string): boolean {
  const [a, b] = [canonicalHost(one), canonicalHost(other)]
  return a !== null && b !== null && a.host === b.host && a.port === b.port
}
