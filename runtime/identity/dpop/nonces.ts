import { createHmac, randomBytes } from 'node:crypto'

/** Seconds for which one is given out; it counts for as long again. */
const TURN = 120

export interface Nonces {
  /** What a proof has to hold from now on. `now` in seconds since 1970. */
  current(now: number): string
  /** Seconds since 1970 until which it counts; null: it counts no longer, or never did. */
  until(nonce: string, now: number): number | null
}

/**
 * Nonces for DPoP proofs (RFC 9449, section 9): nothing but the time, so that none is to be remembered, and of a secret, so that
 * nobody can make proofs for later.
 *
 * @param secretAt the same in all processes that are to take each other's; `milliseconds` since 1970
 */
export function createNonces(secretAt: (milliseconds: number) => string = ownSecret()): Nonces {
  let known: { readonly turn: number; readonly nonces: readonly [string, string] } | null = null

  function nonceOf(turn: number): string {
    const hmac = createHmac('sha256', `iap dpop nonce ${secretAt(turn * TURN * 1000)}`)
    return hmac.update(String(turn)).digest('base64url')
  }

  /** Of this turn and the one before. */
  function both(turn: number): readonly [string, string] {
    if (known?.turn !== turn) known = { turn, nonces: [nonceOf(turn), nonceOf(turn - 1)] }
    return known.nonces
  }

  return {
    current: (now) => both(Math.floor(now / TURN))[0],
    until(nonce, now) {
      const turn = Math.floor(now / TURN)
      const age = both(turn).indexOf(nonce)
      return age === -1 ? null : (turn - age + 2) * TURN
    },
  }
}

function ownSecret(): () => string {
  const secret = randomBytes(32).toString('base64url')
  return () => secret
}
