import type { X509Certificate } from 'node:crypto'
import { canonicalHost, parseAddress } from '../../../request/index.ts'

/**
 * The hosts that a certificate is for: the names and addresses of its subjectAltName. Its common name counts for nothing
 * (RFC 9525 §2).
 */
export class CertificateNames {
  /** In the order of the certificate. */
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

  /** `host` in its canonical form. The wildcard is one label, the first one, and all of it (RFC 9525 §6.3). */
  fit(host: string): 'exact' | 'wildcard' | null {
    if (this.#hosts.has(host)) return 'exact'
    const dot = host.indexOf('.')
    return dot > 0 && this.#domains.size > 0 && this.#domains.has(host.slice(dot)) ? 'wildcard' : null
  }
}

/** A name in the spelling in which hosts of requests are compared; null for what no host of a request is equal to. */
function dnsName(text: string): string | null {
  const authority = canonicalHost(text)
  if (authority === null || authority.port !== null || authority.host.startsWith('[')) return null
  // An address is one only where it stands as an address (RFC 9525 §6.5).
  return parseAddress(authority.host) === null ? authority.host : null
}

function ipAddress(text: string): string | null {
  const address = parseAddress(text)
  if (address === null) return null
  return address.includes(':') ? `[${address}]` : address
}

/**
 * `DNS:a.example, IP Address:10.0.0.1`, as Node writes it: what could be taken for more than one entry stands in quotes, and no
 * host has a character that needs them.
 */
function* entriesOf(text: string): Iterable<{ readonly kind: 'DNS' | 'IP'; readonly text: string }> {
  for (const [, kind, value = ''] of text.matchAll(entry)) {
    if (kind === 'DNS') yield { kind, text: value }
    else if (kind === 'IP Address') yield { kind: 'IP', text: value }
  }
}

const entry = /(?:^|, )([^:,"]+):((?:"(?:[^"\\]|\\.)*"|[^,"])*)/g
