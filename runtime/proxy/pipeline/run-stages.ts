import { messageOf } from '../../base/errors.ts'
import { offerLogin } from '../endpoints/index.ts'
import { type Refusal, refusalOf, refuse, refuseCredential } from '../refusals/index.ts'
import type { RequestContext } from '../request-context.ts'
import { isOver } from '../request-lifecycle.ts'

/** The next stage follows. */
export const CONTINUE = null

/** The request was answered, or will be, or nobody waits for an answer. */
export const DONE = Symbol('done')

/** What a stage makes of a request. */
export type StageResult = typeof CONTINUE | typeof DONE | Refusal

/** A step of a request: reads and writes its context. Returns a promise only if it waits. Throws for mistakes of the proxy. */
export type Stage = (context: RequestContext) => StageResult | Promise<StageResult>

/** Runs stages until one ends the request. Never throws or rejects. Returns `null` if no stage waits: a promise costs as much. */
export function runStages(context: RequestContext, stages: readonly Stage[], first = 0): Promise<void> | null {
  try {
    for (let at = first; at < stages.length; at++) {
      const result = (stages[at] as Stage)(context)
      if (result === CONTINUE) continue
      if (result === DONE) return null
      return result instanceof Promise ? runOn(context, stages, at, result) : refuseSoon(context, result)
    }
  } catch (error) {
    fail(context, error)
  }
  return null
}

/** Continues after a wait, unless the client is gone or the caller revoked; a revocation takes precedence over other refusals. */
async function runOn(
  context: RequestContext,
  stages: readonly Stage[],
  at: number,
  waiting: Promise<StageResult>,
): Promise<void> {
  try {
    const result = await waiting
    if (result === DONE || isOver(context)) return
    const refusal = revokedMeanwhile(context) ?? result
    await (refusal === CONTINUE ? runStages(context, stages, at + 1) : refuseSoon(context, refusal))
  } catch (error) {
    fail(context, error)
  }
}

/** Returns why the caller, or a certificate that the policy reads, is refused after a wait, in which no revocation reaches it. */
function revokedMeanwhile(context: RequestContext): Refusal | null {
  const { authentication, policy, request, proxy, incoming } = context
  if (authentication === null || authentication.kind === 'refused') return null
  const caller = authentication.kind === 'caller' ? proxy.authenticator.refusedNow(authentication) : null
  if (caller !== null) return refuseCredential(context, caller)
  if (policy?.readsCertificate !== true || request === null) return null
  const certificate = proxy.authenticator.workloadOf(request, incoming.socket)
  return certificate !== null && 'kind' in certificate ? refuseCredential(context, certificate) : null
}

/** Refuses in the next tick, when Node knows whether more of the request follows. A browser's window may be sent to sign in. */
async function refuseSoon(context: RequestContext, reason: Refusal): Promise<void> {
  try {
    const refusal = await offerLogin(context, reason)
    if (refusal !== null) refuse(context, refusal)
  } catch (error) {
    fail(context, error)
  }
}

function fail(context: RequestContext, error: unknown): void {
  const { proxy, requestId, answer, policy } = context
  const stack = policy?.stackOf(error) ?? null
  proxy.log.error('a request failed by a mistake of the proxy', { requestId, code: 'internal', error: messageOf(error), stack })
  context.detail = messageOf(error)
  context.effect = 'reject'
  if (context.candidate !== null) context.candidate.threw = true
  context.carrying?.cancel()
  try {
    refuse(context, refusalOf('internal'))
  } catch {
    answer.destroy()
  }
}
