import type { X509Certificate } from 'node:crypto'
import { canonicalHost, parseAddress } from '../../../request/index.ts'

/** The names and addresses in a certificate's subjectAltName. The common name is ignored (RFC 9525, section 2). */
export class CertificateNames {
  /** Names and IP addresses in the order of the certificate. */
  readonly all: readonly string[]
  readonly #hosts = new Set<string>()
  /** `.shop.example` for `*.shop.example`. */
  readonly #domains = new Set<string>()

  constructor(certificate: X509Certificate) {
    const all: string[] = []
    for (const { kind, text } of entriesOf(certificate.subjectAltName ?? '')) {
      const wildcard = kind === 'DNS' && text.startsWith('*.')
      const host = kind === 'DNS' ? dnsName(wildcard ? text.slice(2) : text) : ipAddress(text)
      if (host === null) continue
      all.push(wildcard ? `*.${host}` : host)
      if (wildcard) this.#domains.add(`.${host}`)
      else this.#hosts.add(host)
    }
    this.all = all
  }

  /**
   * Returns whether the certificate names a host exactly or by a wildcard; `null` if it does not name the host. `host` must be
   * canonical. A wildcard stands for exactly the first label (RFC 9525, section 6.3).
   */
  fit(host: string): 'exact' | 'wildcard' | null {
    if (this.#hosts.has(host)) return 'exact'
    const dot = host.indexOf('.')
    return dot > 0 && this.#domains.size > 0 && this.#domains.has(host.slice(dot)) ? 'wildcard' : null
  }
}

/** Returns a name in the canonical form of request hosts, or null if no host can equal it. */
function dnsName(text: string): string | null {
  const authority = canonicalHost(text)
  if (authority === null || authority.port !== null || authority.host.startsWith('[')) return null
  // Addresses must be IP entries (RFC 9525 §6.5).
  return parseAddress(authority.host) === null ? authority.host : null
}

function ipAddress(text: string): string | null {
  const address = parseAddress(text)
  if (address === null) return null
  return address.includes(':') ? `[${address}]` : address
}

/** Parses Node's text `DNS:a.example, IP Address:10.0.0.1`. Node quotes ambiguous entries; no host needs quotes. */
function* entriesOf(text: string): Iterable<{ readonly kind: 'DNS' | 'IP'; readonly text: string }> {
  for (const [, kind, value = ''] of text.matchAll(entry)) {
    if (kind === 'DNS') yield { kind, text: value }
    else if (kind === 'IP Address') yield { kind: 'IP', text: value }
  }
}

const entry = /(?:^|, )([^:,"]+):((?:"(?:[^"\\]|\\.)*"|[^,"])*)/g
