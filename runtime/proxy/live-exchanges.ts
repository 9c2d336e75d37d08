import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Authenticator } from '../identity/index.ts'
import { messageOf, type Policy } from '../policy/index.ts'
import { isLasting, LASTING, letsThrough } from './decide-again.ts'
import type { EndedCode, Exchange } from './exchange.ts'

type Deciding = Pick<Authenticator, 'again' | 'workloadOf'>

/** Milliseconds for which others are served between two of its turns. */
const SLICE = 8

/**
 * Exchanges that are under way, and end when what permitted them counts no longer: their callers, or the policy. They are linked with each other, and not held in a set: each request comes and goes here, and that is to cost
 * nothing.
 */
export class LiveExchanges {
  #first: Exchange | null = null
  #ended = 0
  #again: NodeJS.Timeout | undefined
  /** By which to decide, at the next turn. Null: it is over. */
  #wanted: Policy | null = null

  add(exchange: Exchange): void {
    exchange.liveAfter = this.#first
    if (this.#first !== null) this.#first.liveBefore = exchange
    this.#first = exchange
    exchange.isLive = true
  }

  remove(exchange: Exchange): void {
    if (!exchange.isLive) return
    const { liveBefore: before, liveAfter: after } = exchange
    if (before === null) this.#first = after
    else before.liveAfter = after
    if (after !== null) after.liveBefore = before
    exchange.liveBefore = null
    exchange.liveAfter = null
    exchange.isLive = false
  }

  /** Those whose callers are revoked. */
  endRevoked(authenticator: Pick<Authenticator, 'endedNow' | 'workloadOf'>): void {
    const ended: (readonly [Exchange, EndedCode])[] = []
    for (let one = this.#first; one !== null; one = one.liveAfter) {
      const code = endOf(one, authenticator)
      if (code !== null) ended.push([one, code])
    }
    // Each takes itself out of the row.
    for (const [exchange, code] of ended) exchange.endWith(code)
    this.#ended += ended.length
  }

  /**
   * Something else decides: what lasts is decided again a while later, so that what has begun a moment before has ended by itself. Changes that come meanwhile do not put it off: where something
   * changes all the time, it would never come.
   */
  decideAgain(policy: Policy, authenticator: Deciding): void {
    this.#wanted = policy
    this.#again ??= setTimeout(() => void this.#decideAgain(authenticator), LASTING).unref()
  }

  close(): void {
    clearTimeout(this.#again)
    this.#wanted = null
  }

  async #decideAgain(authenticator: Deciding): Promise<void> {
    const policy = this.#wanted
    if (policy === null) return
    const lasting: Exchange[] = []
    for (let one = this.#first; one !== null; one = one.liveAfter) if (one.policy !== policy && isLasting(one)) lasting.push(one)
    let began = performance.now()
    for (const exchange of lasting) {
      // Meanwhile it may have ended.
      if (exchange.isLive && !this.#lets(policy, exchange, authenticator)) exchange.endWith('policy-changed')
      if (performance.now() - began < SLICE) continue
      await nextTurn()
      began = performance.now()
    }
    this.#again = undefined
    if (this.#wanted !== null && this.#wanted !== policy) this.decideAgain(this.#wanted, authenticator)
  }

  #lets(policy: Policy, exchange: Exchange, authenticator: Deciding): boolean {
    try {
      return letsThrough(policy, exchange, authenticator)
    } catch (error) {
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

function endOf(
  { authentication, policy, request, incoming }: Exchange,
  authenticator: Pick<Authenticator, 'endedNow' | 'workloadOf'>,
): EndedCode | null {
  const refused = authentication?.kind === 'caller' ? authenticator.endedNow(authentication) : null
  if (refused !== null) return refused.code as EndedCode
  // It was permitted by the certificate of its connection as well.
  if (!policy?.readsCertificate || request === null) return null
  const workload = authenticator.workloadOf(request, incoming.socket)
  return workload !== null && 'kind' in workload && workload.code === 'revoked' ? 'revoked' : null
}
