import { setImmediate as nextTurn } from 'node:timers/promises'
import { messageOf } from '../../base/errors.ts'
import type { Authenticator } from '../../identity/index.ts'
import type { Policy, RolloutCandidate } from '../../policy/index.ts'
import { variantOf } from '../candidate/variant-of.ts'
import { refusedCertificate } from '../connections/certificate-of.ts'
import type { Deciding, LiveRegistry } from '../proxy-context.ts'
import type { EndedCode, RequestContext } from '../request-context.ts'
import { abortRequest } from '../request-lifecycle.ts'
import { isLasting, LASTING, letsThrough } from './decide-again.ts'
import { watchRequest } from './watch-request.ts'

/** Milliseconds of work before other events are served. */
const SLICE = 8

/** Milliseconds between two checks for progress. */
const WATCH = 1000

/**
 * The requests under way of one process. Ends them if their caller or policy becomes invalid, or if they make no progress. A
 * linked list, so that adding a request costs almost nothing.
 */
export class LiveRequests implements LiveRegistry {
  #first: RequestContext | null = null
  #ended = 0
  #again: NodeJS.Timeout | undefined
  /** Whether a change has not been applied yet. */
  #isWanted = false
  readonly #watch = setInterval(() => this.watch(performance.now()), WATCH).unref()

  add(context: RequestContext): void {
    context.liveAfter = this.#first
    if (this.#first !== null) this.#first.liveBefore = context
    this.#first = context
    context.isLive = true
  }

  remove(context: RequestContext): void {
    if (!context.isLive) return
    const { liveBefore: before, liveAfter: after } = context
    if (before === null) this.#first = after
    else before.liveAfter = after
    if (after !== null) after.liveBefore = before
    context.liveBefore = null
    context.liveAfter = null
    context.isLive = false
  }

  /** Returns the requests whose callers were last authenticated before `time`, in milliseconds of `performance.now()`. */
  authenticatedBefore(time: number): RequestContext[] {
    const found: RequestContext[] = []
    for (let one = this.#first; one !== null; one = one.liveAfter) {
      if (one.authentication?.kind === 'caller' && one.authenticatedAt < time) found.push(one)
    }
    return found
  }

  endRevoked(authenticator: Pick<Authenticator, 'endedNow' | 'workloadOf'>): void {
    const ended: (readonly [RequestContext, EndedCode])[] = []
    for (let one = this.#first; one !== null; one = one.liveAfter) {
      const code = isCarried(one) ? endOf(one, authenticator) : null
      if (code !== null) ended.push([one, code])
    }
    // Each removes itself from the list.
    for (const [context, code] of ended) abortRequest(context, code)
    this.#ended += ended.length
  }

  /**
   * Decides long-lived requests again by the current policies. Waits a moment first, in which short requests end; further
   * changes do not extend the wait.
   */
  decideAgain(by: Deciding): void {
    this.#isWanted = true
    this.#again ??= setTimeout(() => void this.#decideAgain(by), LASTING).unref()
  }

  /**
   * Checks all requests under way, and ends those that make no progress.
   *
   * @param now milliseconds of `performance.now()`
   */
  watch(now: number): void {
    for (let one = this.#first; one !== null; ) {
      // It may remove itself from the list.
      const next: RequestContext | null = one.liveAfter
      watchRequest(one, now)
      one = next
    }
  }

  close(): void {
    clearInterval(this.#watch)
    clearTimeout(this.#again)
    this.#isWanted = false
  }

  async #decideAgain(by: Deciding): Promise<void> {
    const active = by.policies.current
    const candidate = by.candidates.current
    this.#isWanted = false
    const lasting: (readonly [RequestContext, Policy])[] = []
    // If no policy is active, the next one causes another run.
    for (let one = active === null ? null : this.#first; one !== null; one = one.liveAfter) {
      if (!isCarried(one) || !isLasting(one)) continue
      const policy = theirs(one, active as Policy, candidate, by)
      if (one.policy !== policy) lasting.push([one, policy])
    }
    let began = performance.now()
    for (const [context, policy] of lasting) {
      if (context.isLive && !this.#lets(policy, context, by)) abortRequest(context, 'policy-changed')
      if (performance.now() - began < SLICE) continue
      await nextTurn()
      began = performance.now()
    }
    this.#again = undefined
    if (this.#isWanted) this.decideAgain(by)
  }

  #lets(policy: Policy, context: RequestContext, { authenticator, candidates }: Deciding): boolean {
    try {
      return letsThrough(policy, context, authenticator)
    } catch (error) {
      if (candidates.current?.policy === policy) candidates.current.book.count('failed')
      context.proxy.log.error('a decision failed', {
        requestId: context.requestId,
        code: 'policy-changed',
        error: messageOf(error),
        stack: policy.stackOf(error),
      })
      return false
    }
  }

  takeEnded(): number {
    const ended = this.#ended
    this.#ended = 0
    return ended
  }
}

/** Requests that are not forwarded yet are checked before they are. */
function isCarried({ forwarding, tunnel }: RequestContext): boolean {
  return forwarding !== null || tunnel !== null
}

/** Keeps each request with its policy while the share is unchanged. */
function theirs(
  { request, authentication }: RequestContext,
  active: Policy,
  candidate: RolloutCandidate | null,
  by: Deciding,
): Policy {
  if (candidate === null || request === null || authentication === null) return active
  return variantOf(active, candidate, request, by.authenticator.personOf(authentication))
}

function endOf(context: RequestContext, authenticator: Pick<Authenticator, 'endedNow' | 'workloadOf'>): EndedCode | null {
  const { authentication, policy } = context
  const refused = authentication?.kind === 'caller' ? authenticator.endedNow(authentication) : null
  if (refused !== null) return refused.code as EndedCode
  // The connection's certificate may also have permitted it.
  return refusedCertificate(context, policy, authenticator)?.code === 'revoked' ? 'revoked' : null
}
