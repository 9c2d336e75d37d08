import { spiffe } from '../../abi/decode/claims.ts'
import { reading } from '../../abi/decode/convert.ts'
import type { Certificate } from '../../abi/index.ts'

/**
 * The certificate of a workload by its SPIFFE ID, as conditions read it. Null where that is none (`spec/language/decision.md`,
 * "The door").
 */
export function readCertificate(written: {
  readonly spiffe_id: string
  readonly dns_names?: readonly string[]
}): Certificate | null {
  const id = readSpiffe(written.spiffe_id)
  if (id === undefined) return null
  return { spiffe_id: id.id, trust_domain: id.trustDomain, path: id.path, dns_names: written.dns_names ?? [] }
}

const readSpiffe = reading(spiffe)
