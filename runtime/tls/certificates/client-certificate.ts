import { hash, type X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { type CertificateParts, readCertificateParts } from './certificate-parts.ts'
import type { RevocationLists } from './revocation-lists.ts'

/** A certificate with its parsed parts. */
export interface ReadCertificate {
  readonly x509: X509Certificate
  readonly parts: CertificateParts
}

/** Maximum number of certificates that a client may send, above the length of any chain, to bound work. */
const MOST_SENT = 16

/**
 * The certificate of a client. The TLS handshake has verified that the client holds its private key, and that an authority of the
 * listener has issued it. There is one object for each connection, which parses the certificate once.
 */
export class ClientCertificate {
  readonly x509: X509Certificate
  /** SHA-256 digest of the certificate in base64url, as in `x5t#S256` of RFC 8705. */
  readonly text: string
  /** Size of the certificate in bytes. */
  readonly size: number
  /** Start of validity in seconds since 1970. */
  readonly from: number
  /** End of validity in seconds since 1970, exclusive. */
  readonly until: number
  /** The listener's. */
  readonly #authorities: readonly X509Certificate[]
  readonly #sent: readonly X509Certificate[]
  readonly #revocations: () => readonly RevocationLists[]
  #parts: CertificateParts | null | undefined
  #issuers: readonly ReadCertificate[] | undefined
  #looked: readonly RevocationLists[] = []
  #revoked = false

  constructor(x509: X509Certificate, { authorities, revocations, sent = [] }: Vouching) {
    this.x509 = x509
    this.text = hash('sha256', x509.raw, 'base64url')
    this.size = x509.raw.length
    this.from = Date.parse(x509.validFrom) / 1000
    this.until = Date.parse(x509.validTo) / 1000
    this.#authorities = authorities
    this.#sent = sent.slice(0, MOST_SENT)
    this.#revocations = revocations
  }

  /** Parsed parts of the certificate, or `null` if it is malformed. */
  get parts(): CertificateParts | null {
    if (this.#parts === undefined) this.#parts = readCertificateParts(this.x509.raw)
    return this.#parts
  }

  /** Possible issuers of the certificate: the certificates that the client sent with it, and the authorities of the listener. */
  get issuers(): readonly ReadCertificate[] {
    this.#issuers ??= [...this.#sent, ...this.#authorities].flatMap((x509) => {
      const parts = readCertificateParts(x509.raw)
      return parts === null ? [] : [{ x509, parts }]
    })
    return this.#issuers
  }

  /**
   * Returns whether the current revocation lists contain the certificate or any of its possible issuers. They may be newer than
   * the handshake.
   */
  isRevoked(): boolean {
    const lists = this.#revocations()
    if (lists !== this.#looked) {
      this.#looked = lists
      this.#revoked = lists.length > 0 && this.#standsIn(lists)
    }
    return this.#revoked
  }

  #standsIn(lists: readonly RevocationLists[]): boolean {
    const { x509, parts } = this
    if (parts === null) return true
    const chain: ReadCertificate[] = [{ x509, parts }]
    for (const link of chain)
      for (const issuer of this.issuers) if (!chain.includes(issuer) && link.x509.checkIssued(issuer.x509)) chain.push(issuer)
    return chain.some(({ parts: { issuer, serial } }) => lists.some(({ revoked }) => revoked.get(issuer)?.has(serial)))
  }
}

export interface Vouching {
  readonly authorities: readonly X509Certificate[]
  /** Returns the current certificate revocation lists; a new array after a change. */
  readonly revocations: () => readonly RevocationLists[]
  /** Further certificates of the client's chain, as the client sent them. */
  readonly sent?: readonly X509Certificate[]
}

/**
 * Returns the client certificate of a connection, or `null` without one. `authorized` alone is not enough: Node also sets it
 * for resumed sessions without any certificate.
 */
export function clientCertificateOf(socket: TLSSocket, vouching: Vouching): ClientCertificate | null {
  const x509 = socket.getPeerX509Certificate()
  if (x509 === undefined) return null
  const sent: X509Certificate[] = []
  // Node 24.21 and some others omit these (nodejs/node#65579).
  for (let next = x509.issuerCertificate; next !== undefined && sent.length < MOST_SENT; next = next.issuerCertificate)
    sent.push(next)
  return new ClientCertificate(x509, { ...vouching, sent })
}
