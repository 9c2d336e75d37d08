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

/** Function that returns the certificate authorities currently configured for an identity, or `null` if there are none. */
export type AnchorsOf = (identity: string) => Anchors | null

export interface VerifiedCertificate {
  readonly identity: string | null
  readonly workload: Certificate | null
  readonly dnsNames: readonly string[]
  /** Start and end of the certificate's validity in seconds since 1970. The end is exclusive. */
  readonly from: number
  readonly until: number
  /** Returns false as soon as the authorities that verified the certificate have changed. */
  readonly holds: () => boolean
}

/** Verifier of client certificates, which finds the identity of a certificate by its trust domain or its authority. */
export class Certificates {
  readonly #domains: ReadonlyMap<string, string>
  /** Identities for certificates that are not SVIDs. */
  readonly #plain: readonly string[]
  readonly #anchorsOf: AnchorsOf
  readonly #bound: ReadonlySet<string>
  readonly #forwarded = new ForwardedCertificates()
  /** A cache, because conditions ask for each request. */
  readonly #known = new WeakMap<ClientCertificate, VerifiedCertificate>()

  constructor(identities: ReadonlyMap<string, MtlsConfig>, anchorsOf: AnchorsOf) {
    const all = [...identities]
    this.#domains = new Map(all.flatMap(([name, { trustDomain }]) => (trustDomain === null ? [] : [[trustDomain, name]])))
    this.#plain = all.flatMap(([name, { trustDomain }]) => (trustDomain === null ? [name] : []))
    this.#bound = new Set(all.flatMap(([name, { ca }]) => (ca === null ? [] : [name])))
    this.#anchorsOf = anchorsOf
  }

  /**
   * Verifies a certificate, except for revocation. Returns its identity and validity, or the code of the refusal. `now` is in
   * seconds since 1970.
   */
  authenticate(certificate: ClientCertificate, now: number): VerifiedCertificate | CredentialRefusalCode {
    const { parts, from, until } = certificate
    if (now >= until) return 'certificate-expired'
    if (now < from) return 'certificate-not-yet-valid'
    if (parts === null) return 'certificate-malformed'
    return meansSpiffe(parts) ? this.#workload(certificate, parts, now) : this.#other(certificate, parts, now)
  }

  /**
   * Creates the refusal for an error code that `authenticate` has returned. For operators it includes the value of the
   * certificate that failed a check, and the expected value. The value of the certificate is marked as verified, because the TLS
   * handshake has verified the certificate.
   */
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

  /**
   * Returns the client's certificate, `null` if there is none, or the refusal of a revoked or unreadable certificate. Behind a
   * trusted proxy this is the forwarded certificate, never the certificate of that proxy.
   */
  shownBy(request: CanonicalRequest, connection: object): ClientCertificate | Refused | null {
    const forwarded = request.certificateIn !== null
    const certificate = forwarded ? this.#forwarded.read(request) : (tlsConnectionOf(connection)?.clientCertificate ?? null)
    if (certificate === 'unreadable') return refuseCredential('certificate-forwarded')
    return certificate?.isRevoked() ? refuseCredential('certificate-revoked') : certificate
  }

  /**
   * Returns the certificate that conditions read as `connection.mtls`, or `null` if there is none. Returns `Refused` if the
   * certificate is invalid, because `forbid` rules about certificates could otherwise be evaded.
   */
  workloadOf(request: CanonicalRequest, connection: object, now: number): Certificate | Refused | null {
    const certificate = this.shownBy(request, connection)
    if (certificate === null || 'kind' in certificate) return certificate
    const known = this.#known.get(certificate)
    if (known !== undefined && now < known.until && now >= known.from && known.holds()) return known.workload
    // Conditions do not read certificates that are not SVIDs.
    if (certificate.parts !== null && !meansSpiffe(certificate.parts)) return null
    const found = this.authenticate(certificate, now)
    if (typeof found === 'string') return this.refused(found, certificate, now)
    this.#known.set(certificate, found)
    return found.workload
  }

  /** Returns the properties of the certificate that revocations match, or `null` without a certificate. */
  revocable(request: CanonicalRequest, connection: object): Revocable | null {
    const certificate = this.shownBy(request, connection)
    if (certificate === null || 'kind' in certificate) return null
    const { identity = null, workload = null } = this.#known.get(certificate) ?? {}
    const { text, from: issued } = certificate
    const named = { method: 'mtls', credentialId: text.slice(0, 22), issued, claims: {} }
    // An empty name matches no identity.
    return { ...named, identity: identity ?? '', subject: workload?.spiffe_id ?? null }
  }

  #workload(certificate: ClientCertificate, parts: CertificateParts, now: number): VerifiedCertificate | CredentialRefusalCode {
    const workload = checkSvid(parts)
    if (typeof workload === 'string') return workload
    const identity = this.#domains.get(workload.trust_domain)
    if (identity !== undefined) return this.#verified(certificate, identity, workload, now)
    // If no trust domain is configured, the listener's authorities speak for all.
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

function trustDomainOf(parts: CertificateParts | null): string | undefined {
  return /^spiffe:\/\/([^/]*)/i.exec(parts?.uris[0] ?? '')?.[1]
}
