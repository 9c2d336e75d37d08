import { AssertionRefused } from './assertion-refused.ts'
import type { JwkSet } from './jwk-set.ts'
import { fetchedKeys, givenKeys, type ProxyKeys } from './proxy-keys.ts'
import { type Caller, type Expected, readAssertion } from './read-assertion.ts'

export type { Caller }

export interface VerifierOptions {
  /** The service's name in the policy. */
  readonly audience: string
  /** The proxy's `assertion.issuer`. Default: `iap`. */
  readonly issuer?: string
  /** URL of the proxy's keys, `https://…/.well-known/iap/jwks.json`, as a text or `URL`; or the keys. */
  readonly jwks: string | { readonly href: string } | JwkSet
  /** Seconds by which the proxy's clock may differ, from 0 to 60. Default: 30. */
  readonly clockSkew?: number
  /** Seconds for which keys stay valid after the proxy last confirmed them, from 60 to 86400. Default: 3600. */
  readonly staleKeys?: number
  /** Allows a remote `http:` URL for `jwks`: anybody on the network path can then impersonate any caller. */
  readonly insecureHttp?: boolean
  /** Called for each refusal, for a log. The `cause` of `keys-unavailable` says why. */
  readonly onRefused?: (refused: AssertionRefused) => void
  /** Default: the global `fetch`. */
  readonly fetch?: (url: string, options: object) => Promise<unknown>
  /** Milliseconds since 1970; replaces `Date.now` in tests. */
  readonly clock?: () => number
}

/** A request of Node's `http`: names and values alternate, as received. */
export interface HeaderLines {
  readonly rawHeaders: readonly string[]
}

export interface Verifier {
  /** Verifies `x-iap-assertion`: a value, or a list if it may have several lines. Rejects with `AssertionRefused`. */
  verify(header: string | readonly string[] | undefined): Promise<Caller>
  /** The same for a whole request, such as an `upgrade` event. Rejects with `AssertionRefused`. */
  verifyRequest(request: HeaderLines): Promise<Caller>
}

/** @throws TypeError for options that would weaken the checks */
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

/** Several would be ambiguous. */
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
