import type { JwsAlgorithm } from './algorithms.ts'
import type { IssuerKey } from './issuer-key.ts'
import type { IssuerKeys } from './issuer-keys.ts'

/** Maximum attempts to find the key of a token: among known keys, after a fetch in progress, and after another fetch. */
const ROUNDS = 3

/**
 * Returns the issuer's key that signed a token, or an error code. Fetches the issuer's keys if none matches, so that tokens
 * remain valid when an issuer rotates its keys.
 */
export async function signer(
  text: string,
  { alg, kid }: { readonly alg: JwsAlgorithm; readonly kid: string | undefined },
  keys: IssuerKeys,
): Promise<IssuerKey | 'identity-provider-unavailable' | 'unknown-key' | 'signature'> {
  const tried = new Set<IssuerKey>()
  for (let round = 1; ; round += 1) {
    const candidates = await keys.candidates(alg, kid)
    if (candidates === 'unavailable') return 'identity-provider-unavailable'
    for (const key of candidates) {
      if (!tried.has(key) && key.signed(text, alg)) return key
      tried.add(key)
    }
    // Without a `kid`, an unknown key looks like a wrong signature. With one, the key has been tried.
    if (kid !== undefined && tried.size > 0) return 'signature'
    const missing = tried.size > 0 ? 'signature' : 'unknown-key'
    if (round === ROUNDS) return missing
    const answer = await keys.refetch()
    if (answer === 'unavailable') return 'identity-provider-unavailable'
    if (answer === 'cooling') return missing
  }
}
