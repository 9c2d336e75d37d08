import { type IssuerKey, issuerKey } from '../../runtime/identity/jose/issuer-key.ts'
import { createIssuerKeys } from '../../runtime/identity/jose/issuer-keys.ts'
import { AssertionRefused } from './assertion-refused.ts'
import type { JwkSet } from './jwk-set.ts'

export interface ProxyKeys {
  /** Those that the proxy publishes under this name; asks it where there are none. Throws `AssertionRefused`. */
  named(kid: string): Promise<readonly IssuerKey[]>
}

interface FetchOptions {
  /** Milliseconds. */
  readonly staleKeys: number
  readonly fetch: typeof globalThis.fetch
}

/** Milliseconds in which the proxy must answer. */
const FETCH_TIMEOUT = 5_000
/** How often a key may be looked for: as known, after a fetch that was under way already, after one of its own. */
const ROUNDS = 3

/**
 * Fetched from the proxy when first needed, and again: when they are some minutes old, and when one is not known, though not for
 * everybody who invents one.
 */
export function fetchedKeys(url: string, { staleKeys, fetch }: FetchOptions): ProxyKeys {
  const deps = { monotonic: () => performance.now(), log: silent, fetch, fetchTimeout: FETCH_TIMEOUT }
  const keys = createIssuerKeys({ issuer: url, jwks: url, staleKeys }, deps)
  const unavailable = () => new AssertionRefused('keys-unavailable', keys.status().problem ?? undefined)

  async function named(kid: string): Promise<readonly IssuerKey[]> {
    for (let round = 1; ; round += 1) {
      const found = await keys.candidates('ES256', kid)
      if (found === 'unavailable') throw unavailable()
      if (found.length > 0) return found
      if (round === ROUNDS) throw new AssertionRefused('assertion-key')
      const answer = await keys.refetch()
      if (answer === 'unavailable') throw unavailable()
      if (answer === 'cooling') throw new AssertionRefused('assertion-key')
    }
  }

  return { named }
}

const nobody = () => {}
const silent = { info: nobody, warn: nobody, error: nobody }

/** Throws a `TypeError` where none of them verifies ES256 under a name. */
export function givenKeys(set: JwkSet): ProxyKeys {
  const keys = set.keys.flatMap((jwk) => issuerKey(jwk) ?? []).filter((key) => key.kid !== undefined && key.fits('ES256'))
  if (keys.length === 0) throw new TypeError('`jwks` has no public key of ES256 with a `kid`')
  return {
    async named(kid) {
      const found = keys.filter((key) => key.kid === kid)
      if (found.length === 0) throw new AssertionRefused('assertion-key')
      return found
    },
  }
}
