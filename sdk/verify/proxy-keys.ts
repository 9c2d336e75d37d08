import { type IssuerKey, issuerKey } from '../../runtime/identity/jose/issuer-key.ts'
import { createIssuerKeys } from '../../runtime/identity/jose/issuer-keys.ts'
import { AssertionRefused } from './assertion-refused.ts'
import type { JwkSet } from './jwk-set.ts'

/** The proxy's public keys, which verify the signatures of assertions. */
export interface ProxyKeys {
  /**
   * Returns the proxy's keys with this ID; fetches them if the ID is unknown.
   *
   * @throws AssertionRefused if no key has the ID, or the keys cannot be fetched
   */
  named(kid: string): Promise<readonly IssuerKey[]>
}

interface FetchOptions {
  /** Milliseconds. */
  readonly staleKeys: number
  readonly fetch: typeof globalThis.fetch
}

/** Milliseconds for the proxy's response. */
const FETCH_TIMEOUT = 5_000
/** Attempts to find a key: among known keys, after a fetch under way, after a fetch of its own. */
const ROUNDS = 3

/**
 * Creates a cache of the proxy's keys. They are fetched on first use, again after some minutes, and for unknown IDs, at a limited
 * rate.
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

/**
 * Returns the keys of a given JSON Web Key Set, which never change.
 *
 * @throws TypeError if there is no ES256 key with an ID
 */
export function givenKeys(set: JwkSet): ProxyKeys {
  const keys = set.keys.flatMap((jwk) => issuerKey(jwk) ?? []).filter((key) => key.kid !== undefined && key.fits('ES256'))
  if (keys.length === 0) throw new TypeError('`jwks` has no public ES256 key with a `kid`')
  return {
    async named(kid) {
      const found = keys.filter((key) => key.kid === kid)
      if (found.length === 0) throw new AssertionRefused('assertion-key')
      return found
    },
  }
}
