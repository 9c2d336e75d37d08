import type { Certificate } from '../../abi/index.ts'

/**
 * The certificate of a workload (X509-SVID) by its SPIFFE ID, as conditions read it. Null where that is none: a trust domain of 1 to
 * 255 of `a-z 0-9 . _ -`, then at least one segment of `A-Z a-z 0-9 . _ -` that is neither `.` nor `..`; at most 2048 bytes
 * (SPIFFE-ID, sections 2.1 to 2.4; X509-SVID, section 5.2).
 */
export function readCertificate(written: {
  readonly spiffe_id: string
  readonly dns_names?: readonly string[]
}): Certificate | null {
  const { spiffe_id, dns_names = [] } = written
  const match = spiffe_id.length > 2048 ? null : pattern.exec(spiffe_id)
  if (match === null) return null
  const [, trust_domain = '', path = ''] = match
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) return null
  return { spiffe_id, trust_domain, path, dns_names }
}

const pattern = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/[A-Za-z0-9._-]+)+)$/
