import type { AddressRange } from './address.ts'

/** The one reading of a request for routing, decisions, forwarding and audit. Two readings mean a `Refusal`. */
export interface CanonicalRequest {
  /** An upper-case token, as received (methods are case-sensitive: `get` is refused). */
  readonly method: string
  /** Lower case, no port, no trailing dot: compared in routing. */
  readonly host: string
  /** The port of the authority, or null. */
  readonly port: number | null
  /** The target's path, byte for byte as received and forwarded. */
  readonly rawPath: string
  /** The query with its `?`, byte for byte; empty if there is none. */
  readonly rawQuery: string
  /** Percent-decoded once. `/` has one empty segment; `/a/` has `a` and an empty one. */
  readonly segments: readonly string[]
  /** `/` and the segments joined by `/`: `request.path` in conditions. */
  readonly path: string
  readonly headers: CanonicalHeaders
  /** The client's address in canonical text: IPv4 dotted, IPv6 by RFC 5952, IPv4-mapped IPv6 as IPv4. */
  readonly sourceIp: string
  /** The client's scheme as a trusted proxy reports it; null: the connection's. */
  readonly scheme: 'http' | 'https' | null
  /** The header in which a trusted proxy forwards its client's certificate; null: the connection's counts. */
  readonly certificateIn: CertificateHeader | null
}

/** Header fields by lower-case name, without those that `Connection` removes (RFC 9110 §7.6.1). Fits the ABI's `HeaderLookup`. */
export interface CanonicalHeaders {
  /** Returns the value of the only line of that name; undefined unless `count` is 1. */
  get(name: string): string | undefined
  /** Returns the number of lines. One that only some services read under the name (`x_tenant` for `x-tenant`) counts as two. */
  count(name: string): number
  /** Yields the lower-case name and the value of every line, in the order received. */
  entries(): Iterable<readonly [name: string, value: string]>
}

/** Why a request has no canonical form. */
export interface Refusal {
  /** 400, 405, 414, 431 … */
  readonly status: number
  /** Stable, kebab-case: `dot-segment`, `host-missing` … */
  readonly code: string
  /** One sentence for a log, without unescaped parts of the request. */
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
  /** `1.1` or `1.0`; `HTTP_2`. */
  readonly httpVersion: string
  /** Name, value, name, value …: as in `IncomingMessage.rawHeaders`. */
  readonly rawHeaders: readonly string[]
  /** The peer's address as the socket reports it. */
  readonly peer: string
  /** The proxies trusted to name another client than the peer. Default: none. */
  readonly trust?: Trust | null
}

/** The proxies whose statements about a request's origin a listener trusts. */
export interface Trust {
  /** Proxies in front of it, each of which adds the address that it sees. */
  readonly proxies: readonly AddressRange[]
  /** The only header that is believed for this. */
  readonly header: 'x-forwarded-for' | 'forwarded'
  /** The only header in which they forward their client's certificate; absent: they do not. */
  readonly certificate?: CertificateHeader | null
}

/** Envoy's header, and that of RFC 9440. */
export type CertificateHeader = 'x-forwarded-client-cert' | 'client-cert'

/** The version of HTTP/2 requests. No HTTP/1 parser returns it, as their versions have a dot. */
export const HTTP_2 = 'h2'
