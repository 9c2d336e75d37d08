import type { X509Certificate } from 'node:crypto'
import { type Anchors, CLIENT_AUTH, type ClientCertificate, type ReadCertificate } from '../../../tls/index.ts'

/** Maximum intermediate authorities between a certificate and its trust anchor. */
const DEEPEST = 8

/** Critical extensions that do not restrict what an authority may issue (certificatePolicies). */
const HARMLESS = new Set(['2.5.29.32'])

/**
 * Returns the time in seconds since 1970 until which one of the given authorities verifies a certificate, or `null` if none does.
 * OpenSSL has already accepted the certificate by the authorities of the listener. It does not report the chain it used, and the
 * authorities of one trust domain must not verify certificates of another. This function therefore searches for a chain to the
 * given authorities. Each link is valid by itself, so the chain may differ from OpenSSL's. Chains with name constraints are not
 * accepted (RFC 5280, section 6.1).
 */
export function verifiedUntil(certificate: ClientCertificate, anchors: Anchors, now: number): number | null {
  const isAnchor = new Set(anchors.map(({ x509 }) => x509.fingerprint256))
  const looked = new Set<string>()

  /** `below`: the number of authorities between it and the leaf. */
  function search(x509: X509Certificate, below: number): number | null {
    if (below > DEEPEST) return null
    const anchor = anchors.find((each) => mayVouch(each, below, now) && hasIssued(each.x509, x509))
    if (anchor !== undefined) return endOf(anchor.x509)
    for (const issuer of certificate.issuers) {
      const { fingerprint256 } = issuer.x509
      if (looked.has(fingerprint256) || isAnchor.has(fingerprint256)) continue
      if (isConfined(issuer) || !mayVouch(issuer, below, now) || !hasIssued(issuer.x509, x509)) continue
      looked.add(fingerprint256)
      const until = search(issuer.x509, below + 1)
      if (until !== null) return Math.min(until, endOf(issuer.x509))
    }
    return null
  }

  return search(certificate.x509, 0)
}

/** Returns whether a certificate has issued another, by names, key identifiers, key usage and signature. */
function hasIssued(issuer: X509Certificate, x509: X509Certificate): boolean {
  try {
    return x509.checkIssued(issuer) && x509.verify(issuer.publicKey)
  } catch {
    // OpenSSL does not support its key.
    return false
  }
}

function mayVouch({ x509, parts }: ReadCertificate, below: number, now: number): boolean {
  const { isAuthority, pathLength, keyUsage, extendedKeyUsage } = parts
  if (!isAuthority || (pathLength !== null && below > pathLength) || keyUsage?.keyCertSign === false) return false
  if (extendedKeyUsage !== null && !extendedKeyUsage.includes(CLIENT_AUTH)) return false
  return Date.parse(x509.validFrom) / 1000 <= now && now < endOf(x509)
}

/**
 * Returns whether a certificate has constraints that are not evaluated here. They do not matter in an anchor, which the
 * operator chose.
 */
function isConfined({ parts }: ReadCertificate): boolean {
  return parts.hasNameConstraints || parts.otherCritical.some((oid) => !HARMLESS.has(oid))
}

function endOf({ validTo }: X509Certificate): number {
  return Date.parse(validTo) / 1000
}
