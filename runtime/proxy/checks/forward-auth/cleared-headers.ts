import type { Trust } from '../../../../request/index.ts'
import type { OriginalRequest as OriginalHeaders } from '../check-config.ts'
import { envoyHeaders, envoyWithAllHeaders, type FrontHeaders } from '../permitted-headers.ts'

/**
 * The reserved headers that nginx, Traefik and Caddy must be configured to remove from the requests of clients, in lower case.
 * They can remove headers by fixed names only. A permitted request with another reserved header is refused, as it would reach the
 * service. Other proxies, and ordinary clients behind them, send these.
 */
export const CLEARED_HEADERS: readonly string[] = [
  'forwarded',
  ...['host', 'method', 'port', 'prefix', 'proto', 'scheme', 'server', 'ssl', 'uri'].map((name) => `x-forwarded-${name}`),
  ...['url', 'uri', 'host', 'method'].map((name) => `x-original-${name}`),
  ...['x-rewrite-url', 'x-http-method', 'x-http-method-override', 'x-method-override'],
  ...['x-real-ip', 'x-client-ip', 'x-cluster-client-ip', 'true-client-ip', 'cf-connecting-ip', 'cf-connecting-ipv6'],
  ...['fastly-client-ip', 'fly-client-ip', 'x-azure-clientip', 'x-azure-socketip'],
  ...['x-iap-refusal', 'x-iap-remove'],
]

/** Traefik writes these in its checks, and replaces those of clients. */
const ADDED_BY_TRAEFIK: ReadonlySet<string> = new Set(['x-forwarded-port', 'x-forwarded-server'])

const cleared: ReadonlySet<string> = new Set(CLEARED_HEADERS)

/**
 * Returns what the fronts that state requests by these headers do with reserved headers.
 *
 * @param certificate the header in which the front, or a trusted proxy that is its peer, forwards the client's certificate
 * @param allHeaders whether checks have all headers of the client; for `request-line` only, as other fronts have no choice
 */
export function frontHeadersOf(original: OriginalHeaders, certificate: Trust['certificate'], allHeaders = false): FrontHeaders {
  if (original === 'request-line') return allHeaders ? envoyWithAllHeaders : envoyHeaders
  return {
    // The front replaces what clients send. The chain belongs to the certificate (RFC 9440 §2.3).
    writes: (name) =>
      name === 'x-forwarded-for' || name === certificate || (certificate === 'client-cert' && name === 'client-cert-chain'),
    removes: (name) => cleared.has(name),
    adds: (name) => original === 'x-forwarded' && ADDED_BY_TRAEFIK.has(name),
  }
}
