import { X509Certificate } from 'node:crypto'

export type CertificatesRead =
  | { readonly ok: true; readonly certificates: readonly [X509Certificate, ...X509Certificate[]] }
  /** Follows the file's name. */
  | { readonly ok: false; readonly message: string }

/** Parses all certificates of a PEM text (RFC 7468). A truncated or invalid certificate makes the whole text invalid. */
export function certificatesIn(bytes: Buffer): CertificatesRead {
  const blocks = pemBlocks(bytes, 'CERTIFICATE', 'certificate')
  if (typeof blocks === 'string') return { ok: false, message: blocks }
  const certificates: X509Certificate[] = []
  for (const [index, pem] of blocks.entries()) {
    try {
      certificates.push(new X509Certificate(pem))
    } catch {
      return {
        ok: false,
        message: `contains something at position ${index + 1} that is not a certificate: expected PEM blocks \`CERTIFICATE\``,
      }
    }
  }
  return { ok: true, certificates: certificates as [X509Certificate, ...X509Certificate[]] }
}

/**
 * Returns all blocks of a PEM text with a given label, at least one. Otherwise returns a problem as the predicate of a sentence,
 * such as `is empty`, to follow the name of the file.
 */
export function pemBlocks(bytes: Buffer, label: string, what: string): string[] | string {
  const text = bytes.toString('latin1')
  if (text.trim() === '') return 'is empty'
  const begun = text.split(`-----BEGIN ${label}-----`).length - 1
  if (begun === 0) return `holds no ${what} in PEM (\`-----BEGIN ${label}-----\`)`
  const blocks = text.match(new RegExp(`-----BEGIN ${label}-----[A-Za-z0-9+/=\\s]*-----END ${label}-----`, 'g')) ?? []
  return blocks.length !== begun || /-----(?:BEGIN|END)[^-]*$/.test(text) ? 'is cut off' : blocks
}
