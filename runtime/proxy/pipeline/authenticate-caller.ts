import type { Authentication } from '../../identity/index.ts'
import { certificateOf } from '../connections/index.ts'
import { refuseCredential } from '../refusals/index.ts'
import type { RequestContext, RoutedContext } from '../request-context.ts'
import { CONTINUE, type StageResult } from './run-stages.ts'

/** Authenticates the caller, and the client certificate if the policy reads it (`spec/language/decision.md`, step 5). */
export function authenticateCaller(context: RequestContext): StageResult | Promise<StageResult> {
  const { proxy, request, policy, incoming, variantCaller } = context as RoutedContext
  const caller = variantCaller ?? proxy.authenticator.authenticate(request, policy, incoming.socket)
  return caller instanceof Promise ? caller.then((one) => settle(context, one)) : settle(context, caller)
}

function settle(context: RequestContext, caller: Authentication): StageResult {
  context.authentication = caller
  if (caller.kind === 'refused') return refuseCredential(context, caller)
  const { policy } = context as RoutedContext
  if (!policy.readsCertificate) return CONTINUE
  const certificate = certificateOf(context, policy)
  if (certificate !== null && 'kind' in certificate) return refuseCredential(context, certificate)
  context.certificate = certificate
  return CONTINUE
}
