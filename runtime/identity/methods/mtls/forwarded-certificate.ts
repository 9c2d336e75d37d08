import { hash, X509Certificate } from 'node:crypto'
import type { CanonicalRequest } from '../../../../request/index.ts'
import { ClientCertificate, certificatesIn } from '../../../tls/index.ts'

type Chain = readonly [X509Certificate, ...X509Certificate[]]

/** Maximum number of certificates in a chain. */
const MOST = 16

/** Maximum number of cached certificates. Each is public and at most as large as a header section. */
const MOST_KNOWN = 1000

/** A cache of the client certificates that trusted proxies forward in headers. */
export class ForwardedCertificates {
  readonly #known = new Map<string, ClientCertificate>()

  /** Returns the forwarded certificate, `null` without one, or `unreadable` if there are several or the header is ambiguous. */
  read({ certificateIn, headers }: CanonicalRequest): ClientCertificate | 'unreadable' | null {
    if (certificateIn === null || headers.count(certificateIn) === 0) return null
    const value = headers.get(certificateIn)
    if (value === undefined) return 'unreadable'
    const chain = certificateIn === 'client-cert' ? linesOf(headers, 'client-cert-chain') : ''
    const key = `${value} ${chain}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const read = certificateIn === 'client-cert' ? readClientCert(value, chain) : readXfcc(value)
    if (read === null) return 'unreadable'
    const [x509, ...sent] = read
    // The trusted proxy has checked its chain and revocation.
    const certificate = new ClientCertificate(x509, { authorities: [], revocations: () => NONE, sent })
    if (this.#known.size === MOST_KNOWN) this.#known.clear()
    this.#known.set(key, certificate)
    return certificate
  }
}

const NONE: readonly never[] = []

/** Returns the lines of a list header as one (RFC 9110, section 5.3). */
function linesOf(headers: CanonicalRequest['headers'], name: string): string {
  const values: string[] = []
  for (const [each, value] of headers.entries()) if (each === name) values.push(value)
  return values.join(', ')
}

/** Parses the header `Client-Cert` (RFC 9440, section 2): byte sequences of RFC 8941, in DER, without parameters. */
function readClientCert(value: string, chain: string): Chain | null {
  const leaf = certificateOf(value)
  const others = chain === '' ? [] : chain.split(',').map((each) => certificateOf(each.trim()))
  if (leaf === null || others.length > MOST || others.includes(null)) return null
  return [leaf, ...(others as readonly X509Certificate[])]
}

function certificateOf(item: string): X509Certificate | null {
  const [, text] = /^:((?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?):$/.exec(item) ?? []
  if (text === undefined) return null
  const der = Buffer.from(text, 'base64')
  try {
    const x509 = new X509Certificate(der)
    // Rejects trailing bytes, which the parser ignores.
    return x509.raw.equals(der) ? x509 : null
  } catch {
    return null
  }
}

/**
 * Parses a single element of Envoy's header; several elements may come from several clients. Only the certificate itself is used,
 * never derived fields (`URI`, `DNS`, `Subject`).
 * https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/headers#x-forwarded-client-cert
 */
function readXfcc(value: string): Chain | null {
  if (!ELEMENT.test(value)) return null
  const pairs = new Map<string, string>()
  for (const [, name = '', text = ''] of value.matchAll(PAIR)) {
    const key = name.toLowerCase()
    if (!SEVERAL.has(key) && pairs.has(key)) return null
    pairs.set(key, text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text)
  }
  const cert = pemOf(pairs.get('cert'))
  const chain = pairs.has('chain') ? pemOf(pairs.get('chain')) : []
  const digest = pairs.get('hash')
  if (cert?.length !== 1 || chain === null || chain.length > MOST) return null
  const [leaf] = cert as readonly [X509Certificate]
  if (digest !== undefined && digest.toLowerCase() !== hash('sha256', leaf.raw, 'hex')) return null
  return [leaf, ...chain.filter(({ fingerprint256 }) => fingerprint256 !== leaf.fingerprint256)]
}

const ELEMENT = /^(?:[A-Za-z]+=(?:"(?:[^"\\]|\\.)*"|[^",;]*)(?:;(?=.)|$))+$/
const PAIR = /([A-Za-z]+)=("(?:[^"\\]|\\.)*"|[^",;]*)(?:;|$)/g

/** Names of fields that may repeat, because a certificate may have several names. */
const SEVERAL: ReadonlySet<string> = new Set(['by', 'uri', 'dns'])

function pemOf(text: string | undefined): readonly X509Certificate[] | null {
  if (text === undefined) return null
  try {
    const read = certificatesIn(Buffer.from(decodeURIComponent(text), 'latin1'))
    return read.ok ? read.certificates : null
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}
