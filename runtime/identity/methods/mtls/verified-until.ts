import type { X509Certificate } from 'node:crypto'
import { type Anchors, CLIENT_AUTH, type ClientCertificate, type ReadCertificate } from '../../../tls/index.ts'

/** Authorities between a certificate and its anchor. More is no chain that anybody has. */
const DEEPEST = 8

/** OIDs of critical extensions that say nothing about whom an authority may vouch for (certificatePolicies). */
const HARMLESS = new Set(['2.5.29.32'])

/**
 * Until when (seconds since 1970) one of the anchors vouches for a certificate that OpenSSL has found good already; null where
 * none does. OpenSSL does not say by which chain, and the authorities of one trust domain must not vouch for another: so a chain
 * is looked for anew, to an anchor alone. Each link of it is valid by itself, so that it does not matter whether it is the one
 * that OpenSSL has gone. (RFC 5280, section 6.1, without names that authorities are confined to: where one on the way is, the
 * chain does not count.)
 */
export function verifiedUntil(certificate: ClientCertificate, anchors: Anchors, now: number): number | null {
  const isAnchor = new Set(anchors.map(({ x509 }) => x509.fingerprint256))
  const looked = new Set<string>()

  /** `below`: how many authorities stand between it and the leaf. */
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

/** By its names, key identifiers and key usage, and by the signature. */
function hasIssued(issuer: X509Certificate, x509: X509Certificate): boolean {
  try {
    return x509.checkIssued(issuer) && x509.verify(issuer.publicKey)
  } catch {
    // Its key is of a kind that OpenSSL does not know.
    return false
  }
}

function mayVouch({ x509, parts }: ReadCertificate, below: number, now: number): boolean {
  const { isAuthority, pathLength, keyUsage, extendedKeyUsage } = parts
  if (!isAuthority || (pathLength !== null && below > pathLength) || keyUsage?.keyCertSign === false) return false
  if (extendedKeyUsage !== null && !extendedKeyUsage.includes(CLIENT_AUTH)) return false
  return Date.parse(x509.validFrom) / 1000 <= now && now < endOf(x509)
}

/** In a way that is not looked at here. Of an anchor it does not matter: whoever names it knows it. */
function isConfined({ parts }: ReadCertificate): boolean {
  return parts.hasNameConstraints || parts.otherCritical.some((oid) => !HARMLESS.has(oid))
}

function endOf({ validTo }: X509Certificate): number {
  return Date.parse(validTo) / 1000
}
