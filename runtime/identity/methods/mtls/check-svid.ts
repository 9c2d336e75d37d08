import type { Certificate } from '../../../abi/index.ts'
import { readCertificate } from '../../../policy/index.ts'
import { type CertificateParts, CLIENT_AUTH } from '../../../tls/index.ts'
import type { CredentialRefusalCode } from '../../refusals.ts'

/**
 * Returns whether a certificate claims to be an X.509-SVID (SPIFFE). Such a certificate is never accepted as one of another kind,
 * even if it is an invalid SVID.
 */
export function meansSpiffe({ uris }: CertificateParts): boolean {
  return uris.some((uri) => /^spiffe:/i.test(uri))
}

/** Checks an X.509-SVID (X509-SVID, sections 2 and 5.2), except its chain and dates. */
export function checkSvid(parts: CertificateParts): Certificate | CredentialRefusalCode {
  const usage = checkUsage(parts)
  if (usage !== null) return usage
  // Section 4.3 requires the extension in every SVID.
  if (parts.keyUsage === null) return 'certificate-usage'
  const [uri, ...more] = parts.uris
  if (uri === undefined || more.length > 0) return 'spiffe-id'
  return readCertificate({ spiffe_id: uri, dns_names: parts.dnsNames }) ?? 'spiffe-id'
}

/**
 * Checks that a certificate is a leaf certificate for clients (RFC 5280, sections 4.2.1.3, 4.2.1.9 and 4.2.1.12). Absent
 * extensions forbid nothing.
 */
export function checkUsage({ isAuthority, keyUsage, extendedKeyUsage }: CertificateParts): CredentialRefusalCode | null {
  if (isAuthority || keyUsage?.keyCertSign || keyUsage?.cRLSign) return 'certificate-usage'
  if (keyUsage !== null && !keyUsage.digitalSignature) return 'certificate-usage'
  return extendedKeyUsage === null || extendedKeyUsage.includes(CLIENT_AUTH) ? null : 'certificate-usage'
}
