import type { Canonical } from './canonical-request.ts'
import { canonicalize } from './canonicalize.ts'
import { canonicalHost } from './host.ts'
import { refuse } from './refusals.ts'

/** A request that was written down instead of received: in `iap eval`, a test or a case of the conformance suite. */
export interface WrittenRequest {
  readonly method: string
  /** `https://orders.shop.example/orders/7?x=1`; what follows the authority is the target, byte for byte. */
  readonly url: string
  /** A value, or several for a header that comes in several lines. Names in any case. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** It brings a JSON value: `content-type` is `application/json`, where the headers do not say something else. */
  readonly json?: boolean
  /** 192.0.2.1 where left out. */
  readonly sourceIp?: string
}

/**
 * The request as a client would send it in HTTP/1.1: the same code reads it as reads what comes off the wire. The URL
 * makes the Host line; one that is written out among the headers must name the same host and port.
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
  // White space around the value of a header line has no meaning; in a URL it has no place.
  const named = canonicalHost(parts.authority)
  if (named === null) return refuse('host-invalid')
  const { host, port } = canonical.request
  return named.host === host && named.port === port ? canonical : refuse('host-mismatch')
}

/** `?x` and nothing after the authority mean the path `/` (RFC 9112 §3.2.1). */
function splitUrl(url: string): { readonly authority: string; readonly target: string } | null {
  const start = url.startsWith('https://') ? 8 : url.startsWith('http://') ? 7 : -1
  if (start === -1) return null
  let end = start
  while (end < url.length && !'/?#\\'.includes(url.charAt(end))) end++
  const rest = url.slice(end)
  return { authority: url.slice(start, end), target: rest === '' || rest.startsWith('?') ? `/${rest}` : rest }
}
