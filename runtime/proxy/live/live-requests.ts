import { setImmediate as nextTurn } from 'node:timers/promises'
import { messageOf } from '../../base/errors.ts'
import type { Authenticator } from '../../identity/index.ts'
import type { Policy, RolloutCandidate } from '../../policy/index.ts'
import { variantOf } from '../candidate/variant-of.ts'
import type { Deciding, LiveRegistry } from '../proxy-context.ts'
import type { EndedCode, RequestContext } from '../request-context.ts'
import { isLasting, LASTING, letsThrough } from './decide-again.ts'
import { watchRequest } from './watch-request.ts'

/** Milliseconds for which others are served between two of its turns. */
const SLICE = 8

/** Milliseconds between two looks at whether requests make progress. */
const WATCH = 1000

/**
 * Exchanges that are under way, and end when what permitted them counts no longer (their callers, or the policy), or when they
 * make no progress. They are linked with each other, and not held in a set: each request comes and goes here, and that is to cost
 * nothing.
 */
export class LiveRequests implements LiveRegistry {
  #first: RequestContext | null = null
  #ended = 0
  #again: NodeJS.Timeout | undefined
  /** Something has changed that was not looked at yet. */
  #isWanted = false
  readonly #watch = setInterval(() => this.watch(performance.now()), WATCH).unref()

  add(exchange: RequestContext): void {
    exchange.liveAfter = this.#first
    if (this.#first !== null) this.#first.liveBefore = exchange
    this.#first = exchange
    exchange.isLive = true
  }

  remove(exchange: RequestContext): void {
    if (!exchange.isLive) return
    const { liveBefore: before, liveAfter: after } = exchange
    if (before === null) this.#first = after
    else before.liveAfter = after
    if (after !== null) after.liveBefore = before
    exchange.liveBefore = null
    exchange.liveAfter = null
    exchange.isLive = false
  }

  /** Those whose callers were not recognized since. `time`: of `performance.now`. */
  authenticatedBefore(time: number): RequestContext[] {
    const found: RequestContext[] = []
    for (let one = this.#first; one !== null; one = one.liveAfter) {
      if (one.authentication?.kind === 'caller' && one.authenticatedAt < time) found.push(one)
    }
    return found
  }

  /** Those whose callers are revoked. */
  endRevoked(authenticator: Pick<Authenticator, 'endedNow' | 'workloadOf'>): void {
    const ended: (readonly [RequestContext, EndedCode])[] = []
    for (let one = this.#first; one !== null; one = one.liveAfter) {
      const code = isCarried(one) ? endOf(one, authenticator) : null
      if (code !== null) ended.push([one, code])
    }
    // Each takes itself out of the row.
    for (const [exchange, code] of ended) exchange.endWith(code)
    this.#ended += ended.length
  }

  /**
   * Something else decides: what lasts is decided again a while later, so that what has begun a moment before has ended by
   * itself. Changes that come meanwhile do not put it off: where something changes all the time, it would never come.
   */
  decideAgain(by: Deciding): void {
    this.#isWanted = true
    this.#again ??= setTimeout(() => void this.#decideAgain(by), LASTING).unref()
  }

  /** Ends those that have made no progress for too long. `now`: of `performance.now()`. */
  watch(now: number): void {
    for (let one = this.#first; one !== null; ) {
      // It may take itself out of the row.
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
    // Where nothing is let through at the moment, what decides next comes with a change of its own.
    for (let one = active === null ? null : this.#first; one !== null; one = one.liveAfter) {
      if (!isCarried(one) || !isLasting(one)) continue
      const policy = theirs(one, active as Policy, candidate, by)
      if (one.policy !== policy) lasting.push([one, policy])
    }
    let began = performance.now()
    for (const [exchange, policy] of lasting) {
      // Meanwhile it may have ended.
      if (exchange.isLive && !this.#lets(policy, exchange, by)) exchange.endWith('policy-changed')
      if (performance.now() - began < SLICE) continue
      await nextTurn()
      began = performance.now()
    }
    this.#again = undefined
    if (this.#isWanted) this.decideAgain(by)
  }

  #lets(policy: Policy, exchange: RequestContext, { authenticator, candidates }: Deciding): boolean {
    try {
      return letsThrough(policy, exchange, authenticator)
    } catch (error) {
      if (candidates.current?.policy === policy) candidates.current.book.count('failed')
      exchange.proxy.log.error('a decision failed', {
        requestId: exchange.requestId,
        error: messageOf(error),
        stack: policy.stackOf(error),
      })
      return false
    }
  }

  /** How many have been ended since this was asked last. */
  takeEnded(): number {
    const ended = this.#ended
    this.#ended = 0
    return ended
  }
}

/** What is not forwarded yet is looked at again before it is. */
function isCarried({ carrying, tunnel }: RequestContext): boolean {
  return carrying !== null || tunnel !== null
}

/** Each stays on its side of a share, as long as that is what it is. */
function theirs(
  { request, authentication }: RequestContext,
  active: Policy,
  candidate: RolloutCandidate | null,
  by: Deciding,
): Policy {
  if (candidate === null || request === null || authentication === null) return active
  return variantOf(active, candidate, request, by.authenticator.personOf(authentication))
}

function endOf(
  { authentication, policy, request, incoming }: RequestContext,
  authenticator: Pick<Authenticator, 'endedNow' | 'workloadOf'>,
): EndedCode | null {
  const refused = authentication?.kind === 'caller' ? authenticator.endedNow(authentication) : null
  if (refused !== null) return refused.code as EndedCode
  // It was permitted by the certificate of its connection as well.
  if (!policy?.readsCertificate || request === null) return null
  const workload = authenticator.workloadOf(request, incoming.socket)
  return workload !== null && 'kind' in workload && workload.code === 'revoked' ? 'revoked' : null
}
