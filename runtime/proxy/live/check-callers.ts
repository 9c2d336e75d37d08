import { setImmediate as nextTurn } from 'node:timers/promises'
import { messageOf } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { type Authentication, type Authenticator, type Caller, isOfSession, type Refused } from '../../identity/index.ts'
import type { EndedCode, RequestContext } from '../request-context.ts'
import { abortRequest } from '../request-lifecycle.ts'
import { isLasting, letsThrough } from './decide-again.ts'
import type { LiveRequests } from './live-requests.ts'

type CallerSource = Pick<Authenticator, 'again' | 'reauthenticate' | 'workloadOf'>

/** Callers authenticated concurrently, each of which may wait for a provider. */
const AT_ONCE = 100
/** Milliseconds for authenticating one caller. */
const AUTHENTICATION_TIMEOUT = 5000
/** Milliseconds of work before other events are served. */
const SLICE = 8

/**
 * Authenticates the callers of requests under way periodically, so that the last check of each is at most `grace`
 * milliseconds old. Ends the requests whose credential is no longer valid. A check usually costs one cache lookup.
 */
export class CallerChecks {
  readonly #live: LiveRequests
  readonly #authenticator: CallerSource
  readonly #grace: number
  readonly #log: Log
  readonly #timer: NodeJS.Timeout
  #isRunning = false

  constructor(live: LiveRequests, authenticator: CallerSource, grace: number, log: Log) {
    this.#live = live
    this.#authenticator = authenticator
    this.#grace = grace
    this.#log = log
    this.#timer = setInterval(() => void this.#checkAll(), grace / 3).unref()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  async #checkAll(): Promise<void> {
    if (this.#isRunning) return
    this.#isRunning = true
    const waiting = this.#live.authenticatedBefore(performance.now() - this.#grace / 3)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, () => this.#checkInTurn(waiting)))
    this.#isRunning = false
  }

  async #checkInTurn(waiting: RequestContext[]): Promise<void> {
    let began = performance.now()
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      if (one.isLive) await this.#check(one)
      if (performance.now() - began < SLICE) continue
      await nextTurn()
      began = performance.now()
    }
  }

  async #check(context: RequestContext): Promise<void> {
    let code: EndedCode | null
    try {
      code = await endedBy(context, this.#authenticator, this.#grace)
    } catch (error) {
      code = context.authentication?.kind === 'caller' ? codeOf(context.authentication, null) : null
      this.#log.error('a caller could not be recognized again', { requestId: context.requestId, error: messageOf(error) })
    }
    if (code !== null && context.isLive) abortRequest(context, code)
  }
}

/**
 * Returns why a request must end because its caller would now be refused (expired credential, removed key or account, changed
 * claims), or `null`. If a provider does not respond, it ends `grace` milliseconds after the last successful authentication.
 */
async function endedBy(context: RequestContext, authenticator: CallerSource, grace: number): Promise<EndedCode | null> {
  const { authentication, policy, request, incoming } = context
  if (authentication?.kind !== 'caller' || policy === null || request === null) return null
  const now = await inTime(authenticator.reauthenticate(request, policy, incoming.socket))
  if (now === null || (now.kind === 'refused' && now.status !== 401))
    return performance.now() - context.authenticatedAt < grace ? null : codeOf(authentication, now)
  if (now.kind !== 'caller' || now.identity !== authentication.identity || now.subject !== authentication.subject)
    return codeOf(authentication, now.kind === 'refused' ? now : null)
  context.authenticatedAt = performance.now()
  if (now.facts === authentication.facts) return null
  context.authentication = now
  // A request that may be writing continues: the caller is still the same.
  return isLasting(context) && !letsThrough(policy, context, authenticator) ? codeOf(authentication, null) : null
}

function codeOf(caller: Caller, refused: Refused | null): EndedCode {
  if (isOfSession(caller)) return 'session'
  return refused?.code === 'expired' ? 'expired' : 'revoked'
}

async function inTime(authenticating: Promise<Authentication>): Promise<Authentication | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, AUTHENTICATION_TIMEOUT, null)
  })
  try {
    return await Promise.race([authenticating, late])
  } finally {
    clearTimeout(timer)
  }
}
