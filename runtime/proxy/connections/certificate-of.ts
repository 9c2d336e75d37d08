import type { Certificate } from '../../abi/index.ts'
import type { Authenticator, Refused } from '../../identity/index.ts'
import type { Policy } from '../../policy/index.ts'
import type { RequestContext } from '../request-context.ts'

/**
 * Returns the client certificate of a request, or the refusal of an unacceptable one. Returns `null` if the client sent none,
 * or if the policy reads no certificates.
 */
export function certificateOf(
  { proxy, request, incoming }: RequestContext,
  policy: Policy | null,
  authenticator: Pick<Authenticator, 'workloadOf'> = proxy.authenticator,
): Certificate | Refused | null {
  return policy?.readsCertificate && request !== null ? authenticator.workloadOf(request, incoming.socket) : null
}

/**
 * Returns the refusal of a request's client certificate; `null` if the certificate is acceptable or absent, or the policy reads
 * none.
 */
export function refusedCertificate(...of: Parameters<typeof certificateOf>): Refused | null {
  const certificate = certificateOf(...of)
  return certificate !== null && 'kind' in certificate ? certificate : null
}
