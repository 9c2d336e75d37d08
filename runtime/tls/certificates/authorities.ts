import type { X509Certificate } from 'node:crypto'
import type { FilesRead } from '../live-files.ts'
import { certificatesIn } from './pem.ts'

export interface Authorities {
  readonly certificates: readonly X509Certificate[]
  readonly pem: readonly string[]
}

/**
 * Parses trusted authorities. At least one must be self-signed, because chains end there: Node trusts no intermediate by
 * itself.
 */
export function readAuthorities([bytes]: readonly Buffer[]): FilesRead<Authorities> {
  const read = certificatesIn(bytes ?? Buffer.alloc(0))
  if (!read.ok) return { ok: false, file: 0, message: read.message }
  if (!read.certificates.some((each) => each.checkIssued(each)))
    return { ok: false, file: 0, message: 'contains no root: one certificate must be self-signed' }
  return { ok: true, value: { certificates: read.certificates, pem: read.certificates.map((each) => each.toString()) } }
}
