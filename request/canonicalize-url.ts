import type { Canonical } from './canonical-request.ts'
import { canonicalize } from './canonicalize.ts'
import { canonicalHost } from './host.ts'
import { refuse } from './refusals.ts'

/** A request as a person writes it: for `iap eval`, in a test, or in a conformance case. */
export interface WrittenRequest {
  readonly method: string
  /** Absolute URL: `https://orders.shop.example/orders/7?x=1`. The target is everything after the authority, byte for byte. */
  readonly url: string
  /** Header values by name, in any case; a list has one value for each header line. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Whether the request has a JSON body. `content-type` then defaults to `application/json`. */
  readonly json?: boolean
  /** IP address of the client. Default: 192.0.2.1. */
  readonly sourceIp?: string
}

/**
 * Converts a request to the form in which a client would send it in HTTP/1.1, and canonicalizes that form. The URL determines the
 * Host line; a Host among the headers must name the same host and port.
 */
export function canonicalizeUrl(written: WrittenRequest): Canonical {
  const parts = splitUrl(written.url)
  if (parts === null) return refuse('url-invalid')
  const lines = Object.entries(written.headers ?? {}).flatMap(([name, values]) => [values].flat().map((line) => [name, line]))
  const names = new Set(lines.map(([name = '']) => name.toLowerCase()))
  if (!names.has('host')) lines.unshift(['host', parts.authority])
  if (written.json && !names.has('content-type')) lines.push(['content-type', 'application/json'])
  const canonical = canonicalize({
    method: written.method,
    target: parts.target,
    httpVersion: '1.1',
    rawHeaders: lines.flat(),
    peer: written.sourceIp ?? '192.0.2.1',
  })
  if (!canonical.ok) return canonical
  // White space around a header's value is insignificant, but invalid in a URL.
  const named = canonicalHost(parts.authority)
  if (named === null) return refuse('host-invalid')
  const { host, port } = canonical.request
  return named.host === host && named.port === port ? canonical : refuse('host-mismatch')
}

/** `?x` or nothing after the authority means the path `/` (RFC 9112 §3.2.1). */
function splitUrl(url: string): { readonly authority: string; readonly target: string } | null {
  const start = url.startsWith('https://') ? 8 : url.startsWith('http://') ? 7 : -1
  if (start === -1) return null
  let end = start
  while (end < url.length && !'/?#\\'.includes(url.charAt(end))) end++
  const rest = url.slice(end)
  return { authority: url.slice(start, end), target: rest === '' || rest.startsWith('?') ? `/${rest}` : rest }
}
