import { type CertificateParts, readCertificateParts } from './certificates/certificate-parts.ts'
import type { ReadCertificate } from './certificates/client-certificate.ts'
import { certificatesIn } from './certificates/pem.ts'
import type { FilesRead, LiveFiles } from './live-files.ts'
import type { TlsFiles } from './tls-files.ts'

/** Certificate authorities. Each is trusted in its own right, whatever certificate has issued it. */
export type Anchors = readonly ReadCertificate[]

export function readAnchors([bytes]: readonly Buffer[]): FilesRead<Anchors> {
  const read = certificatesIn(bytes ?? Buffer.alloc(0))
  if (!read.ok) return { ok: false, file: 0, message: read.message }
  const anchors: { x509: (typeof read.certificates)[0]; parts: CertificateParts }[] = []
  for (const [index, x509] of read.certificates.entries()) {
    const parts = readCertificateParts(x509.raw)
    if (parts === null || !parts.isAuthority)
      return {
        ok: false,
        file: 0,
        message: `contains a certificate at position ${index + 1} that is not an authority (\`CA:TRUE\`): remove it`,
      }
    anchors.push({ x509, parts })
  }
  return { ok: true, value: anchors }
}

/**
 * Opens a file of certificate authorities, and watches it for changes. Returns `null` if the file is unusable; `files` then holds
 * the reason.
 */
export function openAnchors(
  { file, path }: { readonly file: string; readonly path: readonly (string | number)[] },
  files: TlsFiles,
): Promise<LiveFiles<Anchors> | null> {
  // Read on use.
  return files.open({ place: path, paths: [path], files: [file], read: readAnchors, onTaken: () => {} })
}
