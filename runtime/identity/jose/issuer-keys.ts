import { settledWithin } from '../../base/waiting.ts'
import type { IssuerDeps, ProviderStatus } from '../credential.ts'
import { oneOf } from '../mismatch.ts'
import { discover, endpointIn } from '../provider/discover.ts'
import { fetchJson, ProviderProblem } from '../provider/fetch-json.ts'
import type { JwsAlgorithm } from './algorithms.ts'
import { type IssuerKey, issuerKey } from './issuer-key.ts'

/** Milliseconds after which keys are refreshed in the background of a request that uses them. */
const REFRESH = 300_000
/** Milliseconds without requests to the issuer after a failure. */
const RETRY = 1_000
/** Milliseconds for which a request waits for an issuer whose last response failed. */
const PATIENCE = 300
/**
 * Size of the token bucket for refetches because of an unknown `kid`, and milliseconds for each token. Invented `kid`s thus
 * cause no more requests.
 */
const BURST = 4
const COOL_DOWN = 10_000
/** Milliseconds until metadata is fetched again; sooner if its `jwks_uri` fails. */
const METADATA = 3_600_000
const MAX_KEYS = 100

export interface IssuerKeys {
  /**
   * Returns the keys of the issuer that can have signed a token with this algorithm and key ID. Fetches the issuer's keys first
   * if none are known or they are too old.
   */
  candidates(alg: JwsAlgorithm, kid: string | undefined): Promise<readonly IssuerKey[] | 'unavailable'>
  /**
   * Fetches the issuer's keys again, in case a new one has signed a token. Returns `cooling` without a request if there were too
   * many refetches.
   */
  refetch(): Promise<'asked' | 'unavailable' | 'cooling'>
  /**
   * Returns a function for checking a key at each request. The function returns whether the key may still be trusted: the
   * issuer's last response contains it and is not too old.
   */
  holds(key: IssuerKey): () => boolean
  describe(): string
  status(): ProviderStatus
}

interface Source {
  readonly issuer: string
  readonly jwks: string | null
  /** Milliseconds for which keys stay valid after the issuer last confirmed them. */
  readonly staleKeys: number
}

type Deps = Pick<IssuerDeps, 'monotonic' | 'log' | 'fetch' | 'fetchTimeout'>

/** Creates a cache of the keys of one issuer, fetched on first use (RFC 7517, section 5). */
export function createIssuerKeys({ issuer, jwks, staleKeys }: Source, deps: Deps): IssuerKeys {
  const { log, monotonic } = deps
  const refreshAfter = Math.min(REFRESH, staleKeys / 2)
  let keys: ReadonlySet<IssuerKey> = new Set()
  let confirmed: number | null = null
  let problem: string | null = null
  let retryAt = Number.NEGATIVE_INFINITY
  let flight: { readonly since: number; readonly done: Promise<boolean> } | null = null
  let metadata: { readonly jwks: string; readonly at: number } | null = null
  let refetches = BURST
  let refilled = monotonic()

  function age(): number {
    return confirmed === null ? Number.POSITIVE_INFINITY : monotonic() - confirmed
  }

  /** Runs one fetch at a time, which concurrent callers share. Never rejects. */
  function load(): Promise<boolean> {
    if (flight === null && monotonic() < retryAt) return Promise.resolve(false)
    const now = monotonic()
    flight ??= {
      since: now,
      done: fetchKeys().finally(() => {
        flight = null
      }),
    }
    const { since, done } = flight
    return problem === null ? done : settledWithin(done, since + PATIENCE - now, false)
  }

  async function fetchKeys(): Promise<boolean> {
    try {
      const document = await fetchJson(await jwksUrl(), deps)
      take(document.keys)
      if (problem !== null) log.info('the identity provider is available again', { issuer })
      problem = null
      return true
    } catch (error) {
      const { message } = error as Error
      if (problem !== message) log.warn('the identity provider does not provide keys', { issuer, problem: message })
      problem = message
      metadata = null
      retryAt = monotonic() + RETRY
      return false
    }
  }

  async function jwksUrl(): Promise<string> {
    if (jwks !== null) return jwks
    if (metadata === null || monotonic() - metadata.at > METADATA)
      metadata = { jwks: endpointIn(await discover(issuer, deps), 'jwks_uri', issuer), at: monotonic() }
    return metadata.jwks
  }

  /** A key that is still published stays the same object, so that results based on it stay valid. */
  function take(published: unknown): void {
    if (!Array.isArray(published) || published.length > MAX_KEYS)
      throw new ProviderProblem(
        `the key set of \`${issuer}\` has no array \`keys\`, or one of more than ${MAX_KEYS} keys: ` +
          'check the address of the key set',
      )
    const known = new Map([...keys].map((key) => [key.id, key]))
    const next = published.flatMap((jwk) => {
      const key = issuerKey(jwk)
      return key === null ? [] : [known.get(key.id) ?? key]
    })
    const before = keys
    keys = new Set(next)
    confirmed = monotonic()
    if (next.length === before.size && next.every((key) => before.has(key))) return
    log.info('the keys of the identity provider are loaded', {
      issuer,
      keys: keys.size,
      unusable: published.length - next.length,
    })
  }

  async function candidates(alg: JwsAlgorithm, kid: string | undefined): Promise<readonly IssuerKey[] | 'unavailable'> {
    if (age() > staleKeys) {
      if (!(await load())) return 'unavailable'
    } else if (age() > refreshAfter) {
      void load()
    }
    return [...keys].filter((key) => key.fits(alg) && (kid === undefined || key.kid === kid))
  }

  async function refetch(): Promise<'asked' | 'unavailable' | 'cooling'> {
    const gained = Math.floor((monotonic() - refilled) / COOL_DOWN)
    if (gained > 0) {
      refetches = Math.min(BURST, refetches + gained)
      refilled += gained * COOL_DOWN
    }
    if (flight === null) {
      if (refetches === 0) return 'cooling'
      refetches -= 1
    }
    return (await load()) ? 'asked' : 'unavailable'
  }

  function holds(key: IssuerKey): () => boolean {
    return () => {
      const since = age()
      if (since > staleKeys || !keys.has(key)) return false
      if (since > refreshAfter) void load()
      return true
    }
  }

  return {
    candidates,
    refetch,
    holds,
    describe: () => `the keys of the issuer, ${oneOf([...keys].map(({ kid }) => kid ?? 'without kid'))}`,
    status: () => ({
      issuer,
      available: age() <= staleKeys,
      keys: keys.size,
      age: confirmed === null ? null : age(),
      problem,
    }),
  }
}
