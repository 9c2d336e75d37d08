import type { Policy } from '../../policy/index.ts'
import { CheckIncoming, routesWithCertificate } from '../checks/index.ts'
import { refusedEarly } from '../refusals/index.ts'
import type { RequestContext, RoutedContext } from '../request-context.ts'
import { CONTINUE, type StageResult } from './run-stages.ts'

/**
 * Refuses a check that can never be permitted as the asking proxy is configured: one for a request that it would forward to
 * another service, and one whose rules read the certificate of a connection that the asking proxy does not describe. A limit is
 * not used up, and no token is exchanged.
 */
export function admitCheck(context: RequestContext): StageResult {
  const { incoming, route, policy } = context as RoutedContext
  if (!(incoming instanceof CheckIncoming)) return CONTINUE
  if (incoming.services.some((service) => service !== route.service)) {
    context.detail = route.service
    return refusedEarly(421, 'misdirected', OTHER_SERVICE, [], false)
  }
  // Without it, `forbid` rules about certificates would permit.
  if (incoming.mayLackCertificate && policy.readsCertificate && readsCertificate(policy, route.name))
    return refusedEarly(401, 'certificate-forwarded', NO_CERTIFICATE, [], false)
  return CONTINUE
}

const OTHER_SERVICE = 'the proxy that asks would forward this request to another service than the one that the policy names'

const NO_CERTIFICATE = 'the policy reads the certificate of the client, which the proxy that asks does not state'

const routesReading = new WeakMap<Policy, ReadonlySet<string>>()

function readsCertificate(policy: Policy, route: string): boolean {
  let routes = routesReading.get(policy)
  if (routes === undefined) {
    routes = new Set(routesWithCertificate(policy.manifest))
    routesReading.set(policy, routes)
  }
  // Bundles of older compilers do not say what routes read.
  return policy.manifest.reads === undefined || routes.has(route)
}
