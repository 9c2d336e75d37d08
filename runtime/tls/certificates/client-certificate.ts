import { hash, type X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { type CertificateParts, readCertificateParts } from './certificate-parts.ts'
import type { RevocationLists } from './revocation-lists.ts'

/** A certificate with what Node does not tell of it. */
export interface ReadCertificate {
  readonly x509: X509Certificate
  readonly parts: CertificateParts
}

/** More than any chain has; each would have to be looked at. */
const MOST_SENT = 16

/**
 * The certificate of a client that has proved to hold its key, and for which the listener's authorities vouch. One for each
 * connection: what is read of it is read once.
 */
export class ClientCertificate {
  readonly x509: X509Certificate
  /** SHA-256 of the certificate, base64url: `x5t#S256` of RFC 8705. */
  readonly text: string
  /** Bytes. */
  readonly size: number
  /** Seconds since 1970 from which, and until before which, it is valid. */
  readonly from: number
  readonly until: number
  /** Of the listener: who may have vouched for it. */
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

  /** Null where it cannot be read as it should be. */
  get parts(): CertificateParts | null {
    if (this.#parts === undefined) this.#parts = readCertificateParts(this.x509.raw)
    return this.#parts
  }

  /** Certificates that may stand between it and who vouches for it: those that came with it, and those of the listener. */
  get issuers(): readonly ReadCertificate[] {
    this.#issuers ??= [...this.#sent, ...this.#authorities].flatMap((x509) => {
      const parts = readCertificateParts(x509.raw)
      return parts === null ? [] : [{ x509, parts }]
    })
    return this.#issuers
  }

  /**
   * By a list that came since the handshake, too: OpenSSL has looked only then. Whoever vouches for it, as far as is known,
   * counts as well.
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
  /** All that count now: another list of them once one was replaced. */
  readonly revocations: () => readonly RevocationLists[]
  /** What the client has sent behind its own. */
  readonly sent?: readonly X509Certificate[]
}

/**
 * Null where it showed none. `authorized` alone tells nothing: Node says it of a session that is taken up again, even if no
 * certificate was ever shown.
 */
export function clientCertificateOf(socket: TLSSocket, vouching: Vouching): ClientCertificate | null {
  const x509 = socket.getPeerX509Certificate()
  if (x509 === undefined) return null
  const sent: X509Certificate[] = []
  // Node 24.21 and some others tell nothing of these (nodejs/node#65579).
  for (let next = x509.issuerCertificate; next !== undefined && sent.length < MOST_SENT; next = next.issuerCertificate)
    sent.push(next)
  return new ClientCertificate(x509, { ...vouching, sent })
}
