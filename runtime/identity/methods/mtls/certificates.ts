import type { CanonicalRequest } from '../../../../request/index.ts'
import type { Certificate } from '../../../abi/index.ts'
import { type Anchors, type CertificateParts, type ClientCertificate, tlsConnectionOf } from '../../../tls/index.ts'
import type { Refused } from '../../authentication.ts'
import type { MtlsConfig } from '../../identity-config.ts'
import { expiredAt, mismatch, oneOf, rfc3339Of } from '../../mismatch.ts'
import { type CredentialRefusalCode, refuseCredential } from '../../refusals.ts'
import type { Revocable } from '../../revocation/revocations.ts'
import { checkSvid, checkUsage, meansSpiffe } from './check-svid.ts'
import { ForwardedCertificates } from './forwarded-certificate.ts'
import { verifiedUntil } from './verified-until.ts'

/** Of an identity of the configuration, who may vouch for its certificates now; null where it does not say. */
export type AnchorsOf = (identity: string) => Anchors | null

/** A certificate that counts. */
export interface VerifiedCertificate {
  /** Null: it is of a workload that conditions may read of, and the caller by it is nobody's. */
  readonly identity: string | null
  /** Null: it is no SVID. */
  readonly workload: Certificate | null
  readonly dnsNames: readonly string[]
  /** Seconds since 1970. */
  readonly from: number
  readonly until: number
  /** False once those who chainExpiry for it are others. */
  readonly holds: () => boolean
}

/** Whose certificates clients show. */
export class Certificates {
  readonly #domains: ReadonlyMap<string, string>
  /** Identities of certificates that are no SVIDs. */
  readonly #plain: readonly string[]
  readonly #anchorsOf: AnchorsOf
  readonly #bound: ReadonlySet<string>
  readonly #forwarded = new ForwardedCertificates()
  /** Conditions ask for each request. */
  readonly #known = new WeakMap<ClientCertificate, VerifiedCertificate>()

  constructor(identities: ReadonlyMap<string, MtlsConfig>, anchorsOf: AnchorsOf) {
    const all = [...identities]
    this.#domains = new Map(all.flatMap(([name, { trustDomain }]) => (trustDomain === null ? [] : [[trustDomain, name]])))
    this.#plain = all.flatMap(([name, { trustDomain }]) => (trustDomain === null ? [name] : []))
    this.#bound = new Set(all.flatMap(([name, { ca }]) => (ca === null ? [] : [name])))
    this.#anchorsOf = anchorsOf
  }

  /** Of one that was not revoked. `now` in seconds since 1970. */
  authenticate(certificate: ClientCertificate, now: number): VerifiedCertificate | CredentialRefusalCode {
    const { parts, from, until } = certificate
    if (now >= until) return 'certificate-expired'
    if (now < from) return 'certificate-not-yet-valid'
    if (parts === null) return 'certificate-malformed'
    return meansSpiffe(parts) ? this.#workload(certificate, parts, now) : this.#other(certificate, parts, now)
  }

  /** Refuses a certificate. Its issuer vouches for what it says only once the handshake has verified it, which is before this. */
  refused(code: CredentialRefusalCode, { parts, from, until }: ClientCertificate, now: number): Refused {
    switch (code) {
      case 'certificate-expired':
        return refuseCredential(code, expiredAt('notAfter', until, now, true))
      case 'certificate-not-yet-valid':
        return refuseCredential(code, mismatch('notBefore', rfc3339Of(from), `at or before ${rfc3339Of(now)}`, true))
      case 'trust-domain':
        return refuseCredential(code, mismatch('trustDomain', trustDomainOf(parts), oneOf([...this.#domains.keys()]), true))
      default:
        return refuseCredential(code)
    }
  }

  /** Of whom the request comes: where a trusted proxy stands between, that of its client, and never its own. */
  shownBy(request: CanonicalRequest, connection: object): ClientCertificate | Refused | null {
    const forwarded = request.certificateIn !== null
    const certificate = forwarded ? this.#forwarded.read(request) : (tlsConnectionOf(connection)?.clientCertificate ?? null)
    if (certificate === 'unreadable') return refuseCredential('certificate-forwarded')
    return certificate?.isRevoked() ? refuseCredential('certificate-revoked') : certificate
  }

  /**
   * What conditions read as `connection.mtls`; null where there is none. One that does not count refuses the request: without it,
   * rules that forbid by it would not hold.
   */
  workloadOf(request: CanonicalRequest, connection: object, now: number): Certificate | Refused | null {
    const certificate = this.shownBy(request, connection)
    if (certificate === null || 'kind' in certificate) return certificate
    const known = this.#known.get(certificate)
    if (known !== undefined && now < known.until && now >= known.from && known.holds()) return known.workload
    // One that is no SVID is nothing that conditions read, whoever vouches for it.
    if (certificate.parts !== null && !meansSpiffe(certificate.parts)) return null
    const found = this.authenticate(certificate, now)
    if (typeof found === 'string') return this.refused(found, certificate, now)
    this.#known.set(certificate, found)
    return found.workload
  }

  /** The certificate, as revocations are about it; null where there is none. */
  revocable(request: CanonicalRequest, connection: object): Revocable | null {
    const certificate = this.shownBy(request, connection)
    if (certificate === null || 'kind' in certificate) return null
    const { identity = null, workload = null } = this.#known.get(certificate) ?? {}
    const { text, from: issued } = certificate
    const named = { method: 'mtls', credentialId: text.slice(0, 22), issued, claims: {} }
    // Where no identity has it, no name of one means it.
    return { ...named, identity: identity ?? '', subject: workload?.spiffe_id ?? null }
  }

  #workload(certificate: ClientCertificate, parts: CertificateParts, now: number): VerifiedCertificate | CredentialRefusalCode {
    const workload = checkSvid(parts)
    if (typeof workload === 'string') return workload
    const identity = this.#domains.get(workload.trust_domain)
    if (identity !== undefined) return this.#verified(certificate, identity, workload, now)
    // Where no domain has a name, the authorities of the listener speak for all of them.
    if (this.#domains.size > 0) return 'trust-domain'
    const { from, until } = certificate
    return { identity: null, workload, dnsNames: parts.dnsNames, from, until, holds: () => true }
  }

  #other(certificate: ClientCertificate, parts: CertificateParts, now: number): VerifiedCertificate | CredentialRefusalCode {
    if (this.#plain.length === 0) return 'spiffe-id'
    const usage = checkUsage(parts)
    if (usage !== null) return usage
    const found = this.#plain.map((identity) => this.#verified(certificate, identity, null, now))
    const [first, ...more] = found.filter((each) => typeof each !== 'string')
    return more.length > 0 ? 'certificate-ambiguous' : (first ?? 'certificate-authority')
  }

  #verified(
    certificate: ClientCertificate,
    identity: string,
    workload: Certificate | null,
    now: number,
  ): VerifiedCertificate | CredentialRefusalCode {
    const { from, until } = certificate
    const dnsNames = certificate.parts?.dnsNames ?? []
    if (!this.#bound.has(identity)) return { identity, workload, dnsNames, from, until, holds: () => true }
    const anchors = this.#anchorsOf(identity)
    const chainExpiry = anchors && verifiedUntil(certificate, anchors, now)
    if (chainExpiry === null) return 'certificate-authority'
    const holds = () => this.#anchorsOf(identity) === anchors
    return { identity, workload, dnsNames, from, until: Math.min(until, chainExpiry), holds }
  }
}

/** Of the SPIFFE ID, without the path, which names the workload. */
function trustDomainOf(parts: CertificateParts | null): string | undefined {
  return /^spiffe:\/\/([^/]*)/i.exec(parts?.uris[0] ?? '')?.[1]
}
