import { AssertionRefused } from './assertion-refused.ts'
import type { JwkSet } from './jwk-set.ts'
import { fetchedKeys, givenKeys, type ProxyKeys } from './proxy-keys.ts'
import { type Caller, type Expected, readAssertion } from './read-assertion.ts'

export type { Caller }

export interface VerifierOptions {
  /** The name of this service in the policy. */
  readonly audience: string
  /** `assertion.issuer` of the proxy's configuration; `iap` where left out. */
  readonly issuer?: string
  /** Where the proxy publishes its keys, `https://…/.well-known/iap/jwks.json`, as a text or a `URL`; or the keys. */
  readonly jwks: string | { readonly href: string } | JwkSet
  /** Seconds by which the proxy's clock may differ, from 0 to 60; 30 where left out. */
  readonly clockSkew?: number
  /** Seconds for which keys count after the proxy last confirmed them, from 60 to 86400; 3600 where left out. */
  readonly staleKeys?: number
  /** Lets `jwks` be `http:` on another machine: whoever stands on the way can then be anybody. */
  readonly insecureHttp?: boolean
  /** Hears of every refusal, for a log. The `cause` of `keys-unavailable` says why. */
  readonly onRefused?: (refused: AssertionRefused) => void
  /** In place of the global one. */
  readonly fetch?: (url: string, options: object) => Promise<unknown>
  /** Milliseconds since 1970: in place of `Date.now`, for tests. */
  readonly clock?: () => number
}

/** A request as Node's `http` has it: names and values in turn, as they came. */
export interface HeaderLines {
  readonly rawHeaders: readonly string[]
}

export interface Verifier {
  /**
   * @param header the value of `x-iap-assertion`; a list of values where it may have come in several lines. Rejects with
   * `AssertionRefused`.
   */
  verify(header: string | readonly string[] | undefined): Promise<Caller>
  /** The same of a whole request: `upgrade` events have no middleware. Rejects with `AssertionRefused`. */
  verifyRequest(request: HeaderLines): Promise<Caller>
}

/** Throws a `TypeError` for options that would let it check less than it is meant to. */
export function createVerifier(options: VerifierOptions): Verifier {
  const { onRefused, clock = Date.now } = options
  const expected: Expected = {
    issuer: text('issuer', options.issuer ?? 'iap'),
    audience: text('audience', options.audience),
    clockSkew: seconds('clockSkew', options.clockSkew ?? 30, 0, 60),
  }
  const keys = keysOf(options)

  async function verify(header: string | readonly string[] | undefined): Promise<Caller> {
    try {
      return await check(only(header))
    } catch (error) {
      if (error instanceof AssertionRefused) onRefused?.(error)
      throw error
    }
  }

  async function check(assertion: string): Promise<Caller> {
    const { kid, caller } = readAssertion(assertion, expected, clock() / 1000)
    for (const key of await keys.named(kid)) if (await key.signed(assertion, 'ES256')) return caller
    throw new AssertionRefused('assertion-signature')
  }

  return { verify, verifyRequest: ({ rawHeaders }) => verify(linesIn(rawHeaders)) }
}

/** Whoever reads two would have to choose. */
function only(header: string | readonly string[] | undefined): string {
  const lines = typeof header === 'string' ? [header] : (header ?? [])
  const [line] = lines
  if (line === undefined) throw new AssertionRefused('assertion-missing')
  if (lines.length > 1) throw new AssertionRefused('assertion-repeated')
  return line
}

function linesIn(rawHeaders: readonly string[]): readonly string[] {
  return rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === 'x-iap-assertion')
}

function keysOf({ jwks, ...options }: VerifierOptions): ProxyKeys {
  const staleKeys = 1000 * seconds('staleKeys', options.staleKeys ?? 3600, 60, 86_400)
  if (typeof jwks === 'object' && 'keys' in jwks) return givenKeys(jwks)
  const href = typeof jwks === 'string' ? jwks : jwks?.href
  if (typeof href !== 'string' || !URL.canParse(href)) throw new TypeError('`jwks` is neither a URL nor a set of keys')
  const { protocol, hostname } = new URL(href)
  if (protocol !== 'https:' && protocol !== 'http:') throw new TypeError(`\`jwks\` is neither \`https:\` nor \`http:\``)
  if (protocol === 'http:' && !isThisMachine(hostname) && options.insecureHttp !== true)
    throw new TypeError('`jwks` on another machine is not `https:`: whoever stands on the way could be anybody')
  const fetch = (options.fetch ?? globalThis.fetch) as typeof globalThis.fetch
  return fetchedKeys(href, { staleKeys, fetch })
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

function text(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new TypeError(`\`${name}\` is not a text with something in it`)
  return value
}

function seconds(name: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw new TypeError(`\`${name}\` is no number of seconds from ${least} to ${most}`)
  return value
}
