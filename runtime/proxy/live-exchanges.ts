import type { Authenticator } from '../identity/index.ts'
import type { EndedCode, Exchange } from './exchange.ts'

/**
 * Exchanges that are under way for callers, and end when those count no longer. They are linked with each other, and not held in a set: each request comes and goes here, and that is to cost
 * nothing.
 */
export class LiveExchanges {
  #first: Exchange | null = null
  #ended = 0

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
