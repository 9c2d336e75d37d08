import { spiffe } from '../../abi/decode/claims.ts'
import { reading } from '../../abi/decode/convert.ts'
import type { Certificate, EvalRequest } from '../../abi/index.ts'
import type { Policy } from '../module/policy.ts'

type WrittenCertificate = NonNullable<EvalRequest['mtls']>

/**
 * Returns a client certificate as conditions read it, given its SPIFFE ID and DNS names. Returns `null` if the SPIFFE ID is
 * invalid.
 */
export function readCertificate(written: WrittenCertificate): Certificate | null {
  const id = readSpiffe(written.spiffe_id)
  if (id === undefined) return null
  return { spiffe_id: id.id, trust_domain: id.trustDomain, path: id.path, dns_names: written.dns_names ?? [] }
}

const readSpiffe = reading(spiffe)

/**
 * Returns the certificate that authenticated a caller, according to its claims. Returns `null` for callers of identities with
 * other methods than `mtls`, and for claims that contain no certificate.
 */
export function callerCertificate({ manifest }: Policy, identity: string, claims: unknown): Certificate | null {
  const methods = manifest.identities.find(({ name }) => name === identity)?.methods ?? []
  if (methods.length !== 1 || methods[0] !== 'mtls' || typeof claims !== 'object' || claims === null) return null
  const { spiffe_id, dns_names } = claims as Readonly<Record<string, unknown>>
  const names = dns_names ?? []
  if (typeof spiffe_id !== 'string' || !Array.isArray(names)) return null
  return readCertificate({ spiffe_id, dns_names: names })
}

/**
 * Returns the client certificate of a connection that `iap eval` or a policy test describes, or `null` if there is none. A caller
 * of the method `mtls` has authenticated with it, so the request need not repeat it. If it does and the two differ, or the
 * certificate is invalid, returns a message.
 *
 * @param own certificate of a caller of the method `mtls`, otherwise `null`
 */
export function connectionCertificate(
  written: WrittenCertificate | null | undefined,
  own: Certificate | null,
): Certificate | string | null {
  if (written === null || written === undefined) return own
  const read = readCertificate(written)
  if (read === null) return '`mtls.spiffe_id` is not the SPIFFE ID of a workload: expected `spiffe://domain/path`'
  if (own === null) return read
  if (read.spiffe_id !== own.spiffe_id)
    return `\`mtls.spiffe_id\` is ${read.spiffe_id}, but the caller has the certificate of ${own.spiffe_id}`
  const names = written.dns_names ?? own.dns_names
  const isSame = names.length === own.dns_names.length && names.every((name, at) => name === own.dns_names[at])
  return isSame ? own : '`mtls.dns_names` differs from the `dns_names` of the caller'
}
