import { createHmac, randomBytes } from 'node:crypto'

/** Seconds for which a nonce is issued. It remains valid for as long again. */
const TURN = 120

export interface Nonces {
  /** Returns the nonce that clients must put into new DPoP proofs at `now`, in seconds since 1970. */
  current(now: number): string
  /** Returns the time until which a nonce is valid, in seconds since 1970, or `null` if it is invalid. */
  until(nonce: string, now: number): number | null
}

/**
 * Creates a source of nonces for DPoP proofs (RFC 9449, section 9). A nonce is a keyed hash of the time, so the proxy stores none
 * and clients cannot predict the next.
 *
 * @param secretAt returns the secret at a time in milliseconds since 1970; must be the same in all processes that share nonces
 */
export function createNonces(secretAt: (milliseconds: number) => string = ownSecret()): Nonces {
  let known: { readonly turn: number; readonly nonces: readonly [string, string] } | null = null

  function nonceOf(turn: number): string {
    const hmac = createHmac('sha256', `iap dpop nonce ${secretAt(turn * TURN * 1000)}`)
    return hmac.update(String(turn)).digest('base64url')
  }

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
