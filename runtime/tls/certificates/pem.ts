import { X509Certificate } from 'node:crypto'

export type CertificatesRead =
  | { readonly ok: true; readonly certificates: readonly [X509Certificate, ...X509Certificate[]] }
  /** Goes after the file's name. */
  | { readonly ok: false; readonly message: string }

/** All certificates of a PEM text (RFC 7468), or none: one that is cut off or cannot be read is not passed over. */
export function certificatesIn(bytes: Buffer): CertificatesRead {
  const text = bytes.toString('latin1')
  if (text.trim() === '') return { ok: false, message: 'is empty' }
  const blocks = text.match(block) ?? []
  const begun = text.match(begin)?.length ?? 0
  if (begun === 0) return { ok: false, message: 'holds no certificate in PEM (`-----BEGIN CERTIFICATE-----`)' }
  if (blocks.length !== begun || /-----(?:BEGIN|END)[^-]*$/.test(text)) return { ok: false, message: 'is cut off' }
  const certificates: X509Certificate[] = []
  for (const [index, pem] of blocks.entries()) {
    try {
      certificates.push(new X509Certificate(pem))
    } catch {
      return { ok: false, message: `holds something in place ${index + 1} that is no certificate` }
    }
  }
  return { ok: true, certificates: certificates as [X509Certificate, ...X509Certificate[]] }
}

const begin = /-----BEGIN CERTIFICATE-----/g
const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----/g
