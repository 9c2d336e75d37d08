import type { Certificate } from '../../abi/index.ts'
import type { Authenticator, Refused } from '../../identity/index.ts'
import type { Policy } from '../../policy/index.ts'
import type { RequestContext } from '../request-context.ts'

/** Returns the client certificate of a request, or why it is refused; null: there is none, or the policy reads none. */
export function certificateOf(
  { proxy, request, incoming }: RequestContext,
  policy: Policy | null,
  authenticator: Pick<Authenticator, 'workloadOf'> = proxy.authenticator,
): Certificate | Refused | null {
  return policy?.readsCertificate && request !== null ? authenticator.workloadOf(request, incoming.socket) : null
}

/** Returns why the client certificate of a request is refused, if the policy reads it. */
export function refusedCertificate(...of: Parameters<typeof certificateOf>): Refused | null {
  const certificate = certificateOf(...of)
  return certificate !== null && 'kind' in certificate ? certificate : null
}
