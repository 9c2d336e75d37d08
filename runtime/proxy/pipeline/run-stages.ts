import { messageOf } from '../../base/errors.ts'
import { refusedCertificate } from '../connections/index.ts'
import { offerLogin } from '../endpoints/index.ts'
import { type Refusal, refusalOf, refuse, refuseCredential } from '../refusals/index.ts'
import type { RequestContext } from '../request-context.ts'
import { isOver } from '../request-lifecycle.ts'

/** Stage result that continues with the next stage. */
export const CONTINUE = null

/** Stage result that ends the pipeline without a refusal: a response was sent or will be, or the client is gone. */
export const DONE = Symbol('done')

/** The result of a pipeline stage: continue, end, or refuse the request. */
export type StageResult = typeof CONTINUE | typeof DONE | Refusal

/**
 * A stage of the request pipeline, which reads and writes the request's context. Returns a promise only if it must wait.
 * Exceptions indicate bugs of the proxy.
 */
export type Stage = (context: RequestContext) => StageResult | Promise<StageResult>

/**
 * Runs pipeline stages until one ends the request. Never throws. Returns `null` if no stage waits, because a promise would cost
 * as much as a stage, else a promise, which never rejects.
 */
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
  const { authentication, policy, proxy } = context
  if (authentication === null || authentication.kind === 'refused') return null
  const caller = authentication.kind === 'caller' ? proxy.authenticator.refusedNow(authentication) : null
  const revoked = caller ?? (policy?.readsCertificate ? refusedCertificate(context, policy) : null)
  return revoked && refuseCredential(context, revoked)
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
  proxy.log.error('a request failed by an internal error', { requestId, code: 'internal', error: messageOf(error), stack })
  context.detail = messageOf(error)
  context.effect = 'reject'
  if (context.candidate !== null) context.candidate.threw = true
  context.forwarding?.cancel()
  try {
    refuse(context, refusalOf('internal'))
  } catch {
    answer.destroy()
  }
}
