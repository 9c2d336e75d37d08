import type { AddressRange } from './address.ts'

/**
 * The canonical form of a request, for routing, decisions, forwarding and audit. A request that servers could interpret in
 * different ways has none, but a `Refusal`.
 */
export interface CanonicalRequest {
  /** An upper-case token, as received (methods are case-sensitive: `get` is refused). */
  readonly method: string
  /** Host for routing: lower case, no port, no trailing dot. */
  readonly host: string
  /** The port of the authority, or null. */
  readonly port: number | null
  /** The target's path, byte for byte as received and forwarded. */
  readonly rawPath: string
  /** Query with its `?`, byte for byte; empty if there is none. */
  readonly rawQuery: string
  /** Segments of the path, percent-decoded once. `/` has one empty segment; `/a/` has `a` and an empty one. */
  readonly segments: readonly string[]
  /** Path for conditions (`request.path`): `/` and the segments joined by `/`. */
  readonly path: string
  readonly headers: CanonicalHeaders
  /** The client's address in canonical text: IPv4 dotted, IPv6 by RFC 5952, IPv4-mapped IPv6 as IPv4. */
  readonly sourceIp: string
  /** The client's scheme as a trusted proxy reports it; null if the connection's scheme applies. */
  readonly scheme: 'http' | 'https' | null
  /** The header in which a trusted proxy forwards its client's certificate; null if the connection's certificate applies. */
  readonly certificateIn: CertificateHeader | null
}

/**
 * Header fields by lower-case name, without those that `Connection` removes (RFC 9110 §7.6.1). Compiled policies accept them as
 * their `HeaderLookup`.
 */
export interface CanonicalHeaders {
  /** Returns the value of the only line of that name; undefined unless `count` is 1. */
  get(name: string): string | undefined
  /**
   * Returns the number of lines of that name. A line with another spelling that some services read as that name (`x_tenant` for
   * `x-tenant`) counts as two, so the header is ambiguous.
   */
  count(name: string): number
  /** Yields the lower-case name and the value of every line, in the order received. */
  entries(): Iterable<readonly [name: string, value: string]>
}

/** Reason for which a request has no canonical form and is refused. */
export interface Refusal {
  /** HTTP status: 400, 405, 414, 431 or 505. */
  readonly status: number
  /** Stable code of the reason in kebab case: `dot-segment`, `host-missing` … */
  readonly code: string
  /** Description for a log: one sentence, without unescaped parts of the request. */
  readonly message: string
}

export type Canonical =
  | { readonly ok: true; readonly request: CanonicalRequest }
  | { readonly ok: false; readonly refusal: Refusal }

/** The request line and header lines as received (latin1 strings as Node provides them). */
export interface RawRequest {
  readonly method: string
  /** The request target of the request line; only the origin form is accepted. */
  readonly target: string
  /** HTTP version: `1.1` or `1.0` as Node provides it, or the constant `HTTP_2`. */
  readonly httpVersion: string
  /** Name, value, name, value …: as in `IncomingMessage.rawHeaders`. */
  readonly rawHeaders: readonly string[]
  /** Address of the peer as the socket reports it. */
  readonly peer: string
  /** The proxies trusted to name another client than the peer. Default: none. */
  readonly trust?: Trust | null
}

/** The proxies whose statements about a request's origin a listener trusts. */
export interface Trust {
  /** Proxies in front of this one, each of which adds the address of its peer. */
  readonly proxies: readonly AddressRange[]
  /** The only header from which the client's address is read; the other header is ignored. */
  readonly header: 'x-forwarded-for' | 'forwarded'
  /** The only header in which these proxies forward their client's certificate. Absent if they forward none. */
  readonly certificate?: CertificateHeader | null
}

/** Headers in which a proxy forwards a certificate: Envoy's, and `Client-Cert` (RFC 9440). */
export type CertificateHeader = 'x-forwarded-client-cert' | 'client-cert'

/** The version of HTTP/2 requests. No HTTP/1 parser returns it, as their versions have a dot. */
export const HTTP_2 = 'h2'
