import type { AddressRange } from './address.ts'

/**
 * The one reading of a request that routing, deciding, forwarding and the audit record share. Whatever has two
 * readings never becomes one: it is refused (`Refusal`).
 */
export interface CanonicalRequest {
  /** An upper-case token, as received (methods are case-sensitive: `get` is refused). */
  readonly method: string
  /** Lower case, no port, no trailing dot: what routing compares. */
  readonly host: string
  /** The port of the authority, null where it named none. */
  readonly port: number | null
  /** The target's path, byte for byte as received: what is forwarded. */
  readonly rawPath: string
  /** The query with its `?`, byte for byte; empty where there is none. */
  readonly rawQuery: string
  /** Percent-decoded once. `/` has one empty segment; `/a/` has `a` and an empty one. */
  readonly segments: readonly string[]
  /** `/` and the segments joined by `/`: what conditions read as `request.path`. */
  readonly path: string
  readonly headers: CanonicalHeaders
  /** The client's address in canonical text: IPv4 dotted, IPv6 by RFC 5952, IPv4-mapped IPv6 as IPv4. */
  readonly sourceIp: string
  /** Over which the client has sent it, where a trusted proxy has told; null: as the connection is. */
  readonly scheme: 'http' | 'https' | null
  /**
   * The header in which a trusted proxy hands on the certificate that its client has shown; null: none does, and it is that of
   * the connection.
   */
  readonly certificateIn: CertificateHeader | null
}

/**
 * Header fields by lower-case name, without those that `Connection` takes away (RFC 9110 §7.6.1). Structurally the
 * `HeaderLookup` of the ABI.
 */
export interface CanonicalHeaders {
  /** The value of the only line of that name; undefined where `count` is not 1. */
  get(name: string): string | undefined
  /**
   * How many lines of that name there are. A line that some services read under that name and others do not (`x_tenant`
   * for `x-tenant`) counts as two.
   */
  count(name: string): number
  /** Name (lower case) and value of every line, in the order received. */
  entries(): Iterable<readonly [name: string, value: string]>
}

/** Why a request has no canonical form. */
export interface Refusal {
  /** 400, 405, 414, 431 … */
  readonly status: number
  /** Stable, kebab-case: `dot-segment`, `host-missing` … */
  readonly code: string
  /** One sentence for a log; holds nothing of the request that is not escaped. */
  readonly message: string
}

export type Canonical =
  | { readonly ok: true; readonly request: CanonicalRequest }
  | { readonly ok: false; readonly refusal: Refusal }

/** What a front hands in: the request line and header lines as received (latin1 strings as Node gives them). */
export interface RawRequest {
  readonly method: string
  /** The request target of the request line: origin form or refused. */
  readonly target: string
  /** `1.1` or `1.0`; `HTTP_2`. */
  readonly httpVersion: string
  /** Name, value, name, value …: as in `IncomingMessage.rawHeaders`. */
  readonly rawHeaders: readonly string[]
  /** The peer's address as the socket gives it. */
  readonly peer: string
  /** Whom to believe that the client is another one than the peer. Left out: nobody. */
  readonly trust?: Trust | null
}

/** Whom a listener believes about where requests come from. */
export interface Trust {
  /** Of proxies that stand before it, each of which adds the address that it sees. */
  readonly proxies: readonly AddressRange[]
  /** The one header in which they do that; whatever another one says is nothing. */
  readonly header: 'x-forwarded-for' | 'forwarded'
  /** The one header in which they hand on the certificate that their client has shown; left out, they do not. */
  readonly certificate?: CertificateHeader | null
}

/** Envoy's, and that of RFC 9440. */
export type CertificateHeader = 'x-forwarded-client-cert' | 'client-cert'

/** Of a request that came over HTTP/2. No parser of HTTP/1 gives it, whatever a request line says: their versions have a dot. */
export const HTTP_2 = 'h2'
