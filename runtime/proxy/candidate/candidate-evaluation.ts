import type { CanonicalRequest } from '../../../request/index.ts'
import { messageOf } from '../../base/errors.ts'
import type { Authentication } from '../../identity/index.ts'
import {
  decidesSome,
  differenceOf,
  type Judgement,
  type Policy,
  picks,
  type RequestSample,
  type RolloutCandidate,
} from '../../policy/index.ts'
import type { CandidateOutcome } from '../../telemetry/audit/index.ts'
import type { CandidateComparison, RequestContext } from '../request-context.ts'
import { judge, judgementOf } from './judge.ts'
import { seenBy } from './seen-by.ts'
import { isWhole, partsOf } from './variant-of.ts'

/**
 * Evaluates the candidate of a policy roll-out for one request: selects the policy that decides, once, and later compares this
 * decision with the other policy's. The comparison has no effect on the request.
 */
export class CandidateEvaluation implements CandidateComparison {
  /** Whether the candidate policy decides the request, instead of the active one. */
  decidedByCandidate = false
  threw = false
  /** The result of the comparison; `null` before the comparison, or if the request ended without a decision. */
  outcome: CandidateOutcome | null = null
  readonly #context: RequestContext
  readonly #active: Policy
  readonly #on: RolloutCandidate
  /** The caller as the active policy sees it, if the candidate decides. */
  #authentication: Authentication | null = null
  #isCompared = false
  #isCounted = true

  constructor(context: RequestContext, active: Policy, on: RolloutCandidate) {
    this.#context = context
    this.#active = active
    this.#on = on
  }

  /** Returns whether the candidate policy may decide this request, because it decides such requests for at least some callers. */
  mayDecide(request: CanonicalRequest): boolean {
    return decidesSome(this.#on.share) && partsOf(this.#active, this.#on, request) > 0
  }

  /** Returns whether this evaluation compares the given active policy with the given candidate. */
  isOf(active: Policy | null, on: RolloutCandidate | null): boolean {
    return this.#active === active && this.#on === on
  }

  /**
   * Selects the policy that decides the request, and returns the caller as authenticated under that policy.
   *
   * @throws any error of the candidate's code
   */
  settle(authentication: Authentication, request: CanonicalRequest): Authentication {
    const { authenticator } = this.#context.proxy
    const parts = partsOf(this.#active, this.#on, request)
    if (!picks(this.#on, parts, authenticator.personOf(authentication), request.sourceIp)) return authentication
    this.decidedByCandidate = true
    this.#authentication = authentication
    const { policy } = this.#on
    this.#context.policy = policy
    return seenBy(policy, authentication, authenticator)
  }

  /**
   * Compares the decisions of both policies. Called after the response has begun and when the audit record is made, of which only
   * the first call has an effect. Never throws.
   */
  compare(): void {
    if (this.#isCompared) return
    this.#isCompared = true
    const { book, time } = this.#on
    const begun = performance.now()
    try {
      this.#compare(time.hasSome(begun))
    } catch (error) {
      this.#failed(error)
    }
    time.spend(performance.now() - begun)
    const { outcome } = this
    if (outcome === null) return
    if (outcome.result === 'failed' || outcome.result === 'unknown' || outcome.result === 'skipped') book.count(outcome.result)
    else if (outcome.result === 'same' && this.#isCounted) book.same()
  }

  #compare(hasTime: boolean): void {
    const context = this.#context
    const { book, policy, share } = this.#on
    if (this.decidedByCandidate && this.threw) {
      book.decided('candidate', true, this.#isOfStep())
      this.outcome = this.#outcome('failed')
      return
    }
    const happened = judgementOf(context)
    if (happened === null) return
    const isRefused = happened.effect !== 'permit'
    if (this.decidedByCandidate) book.decided('candidate', isRefused, this.#isOfStep())
    else if (share.services === null || this.#isNamed()) book.decided('active', isRefused)
    if (!hasTime || context.proxy.overload.reason !== null) {
      this.outcome = this.#outcome('skipped')
      return
    }
    const other = this.#other()
    if (other === null) {
      this.outcome = this.#outcome('unknown')
      return
    }
    const [active, candidate] = this.decidedByCandidate ? [other, happened] : [happened, other]
    const kind = differenceOf(active, candidate, policy.namesOf)
    // Requests without a route in both are not counted: a flood of them would make all other differences look rare.
    this.#isCounted = active.route !== null || candidate.route !== null
    this.outcome = kind === null ? this.#outcome('same') : { ...this.#outcome(kind), decision: decisionOf(other) }
    if (kind !== null) book.differs(kind, active, candidate, () => sampleOf(context))
  }

  /** Returns the decision of the other policy. */
  #other(): Judgement | null {
    const context = this.#context
    if (this.decidedByCandidate) return judge(this.#active, context, this.#authentication)
    const { request, incoming, proxy } = context
    const { policy } = this.#on
    const caller = context.authentication ?? (request && proxy.authenticator.known(request, this.#active, incoming.socket))
    return judge(policy, context, caller && seenBy(policy, caller, proxy.authenticator))
  }

  #isNamed(): boolean {
    const { request } = this.#context
    return request !== null && partsOf(this.#active, this.#on, request) > 0
  }

  #isOfStep(): boolean {
    const { request } = this.#context
    return request !== null && !isWhole(this.#active, this.#on, request)
  }

  #outcome(result: CandidateOutcome['result']): CandidateOutcome {
    const { revision } = this.decidedByCandidate ? this.#active : this.#on.policy
    return { revision, decidedByCandidate: this.decidedByCandidate, result }
  }

  #failed(error: unknown): void {
    const { proxy, requestId } = this.#context
    const { policy } = this.#on
    const stack = policy.stackOf(error)
    // An error of the active policy is no failure of the candidate.
    this.outcome = this.#outcome(this.decidedByCandidate ? 'unknown' : 'failed')
    if (this.#on.book.tells()) proxy.log.error('a candidate cannot be compared', { requestId, error: messageOf(error), stack })
  }
}

function decisionOf({ effect, rules, reason }: Judgement): NonNullable<CandidateOutcome['decision']> {
  return { effect, rules, reason }
}

/** Redacted like its audit record, before it is reported. */
function sampleOf({ requestId, arrived, authentication, request, proxy }: RequestContext): RequestSample {
  const caller = authentication?.kind === 'caller' ? authentication : null
  return proxy.audit.redacted<RequestSample>({
    requestId,
    time: new Date(arrived).toISOString(),
    identity: caller?.identity ?? null,
    subject: caller?.subject ?? null,
    method: request?.method ?? '',
    path: request?.path ?? '',
  })
}
