import { AssertionRefused } from './assertion-refused.ts'
import type { JwkSet } from './jwk-set.ts'
import { fetchedKeys, givenKeys, type ProxyKeys } from './proxy-keys.ts'
import { type Caller, type Expected, readAssertion } from './read-assertion.ts'

export type { Caller }

/** Options of `createVerifier`: the expected assertion, and the proxy's keys. */
export interface VerifierOptions {
  /** Name of this service in the policy: the expected `aud`. */
  readonly audience: string
  /** Expected `iss`: the proxy's `assertion.issuer`. Default: `iap`. */
  readonly issuer?: string
  /** URL of the proxy's keys, `https://…/.well-known/iap/jwks.json`, as a text or `URL`; or the key set (RFC 7517). */
  readonly jwks: string | { readonly href: string } | JwkSet
  /** Seconds by which the proxy's clock may differ, from 0 to 60. Default: 30. */
  readonly clockSkew?: number
  /** Seconds for which keys stay valid after the proxy last confirmed them, from 60 to 86400. Default: 3600. */
  readonly staleKeys?: number
  /**
   * Whether `jwks` may be an `http:` URL of another machine: anybody on the network path can then impersonate any caller.
   * Default: false.
   */
  readonly insecureHttp?: boolean
  /**
   * Receives each refusal, for a log. The `cause` of `keys-unavailable` says why.
   *
   * @param refused the error with which the verification rejects
   */
  readonly onRefused?: (refused: AssertionRefused) => void
  /**
   * Fetches the proxy's keys. Default: the global `fetch`.
   *
   * @param url URL of the keys
   * @param options options as for the global `fetch`
   * @returns a `Response`
   */
  readonly fetch?: (url: string, options: object) => Promise<unknown>
  /**
   * Reads the clock, for tests. Default: `Date.now`.
   *
   * @returns milliseconds since 1970
   */
  readonly clock?: () => number
}

/** Header lines of a request, as on `IncomingMessage` of Node's `http`. */
export interface HeaderLines {
  /** Names and values in turn, as received. */
  readonly rawHeaders: readonly string[]
}

/** Verifies the proxy's assertions for one service. */
export interface Verifier {
  /**
   * Verifies the values of the header `x-iap-assertion` (RFC 7519, section 7.2; RFC 8725).
   *
   * @param header the header's value, or a list with the value of each line; `undefined` if the request has none
   * @returns the caller
   * @throws AssertionRefused (as a rejection) if the request must not be served
   *
   * @example
   * ```ts
   * import { AssertionRefused, createVerifier } from 'iap-proxy/verify'
   *
   * const verifier = createVerifier({ audience: 'orders', jwks: 'https://proxy.internal/.well-known/iap/jwks.json' })
   * try {
   *   const caller = await verifier.verify(undefined)
   *   console.log(caller.identity, caller.subject)
   * } catch (error) {
   *   if (!(error instanceof AssertionRefused)) throw error
   *   console.log(error.code) // assertion-missing
   * }
   * ```
   */
  verify(header: string | readonly string[] | undefined): Promise<Caller>
  /**
   * Verifies the assertion of a whole request. For requests that pass no middleware, such as an `upgrade` event.
   *
   * @param request a request of Node's `http` or `http2`
   * @returns the caller
   * @throws AssertionRefused (as a rejection) if the request must not be served
   *
   * @example
   * ```ts
   * import { createServer } from 'node:http'
   * import { createVerifier } from 'iap-proxy/verify'
   *
   * const verifier = createVerifier({ audience: 'orders', jwks: 'https://proxy.internal/.well-known/iap/jwks.json' })
   * createServer().on('upgrade', (request, socket) => {
   *   verifier.verifyRequest(request).then(
   *     (caller) => console.log(`upgrade by ${caller.subject}`),
   *     () => socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n'),
   *   )
   * })
   * ```
   */
  verifyRequest(request: HeaderLines): Promise<Caller>
}

/**
 * Creates a verifier of the assertions that the proxy adds to each request for this service. Keys are fetched on first use and
 * cached.
 *
 * @param options the expected assertion, and the proxy's keys
 * @returns a verifier, to be kept for the lifetime of the service
 * @throws TypeError if an option is invalid or would weaken the checks
 *
 * @example
 * ```ts
 * import { createServer } from 'node:http'
 * import { createVerifier, guardHttp } from 'iap-proxy/verify'
 *
 * const verifier = createVerifier({ audience: 'orders', jwks: 'https://proxy.internal/.well-known/iap/jwks.json' })
 * const guard = guardHttp(verifier)
 * export const server = createServer((request, response) =>
 *   guard(request, response, ({ identity, subject }) => response.end(`${identity} ${subject}`)),
 * )
 * ```
 */
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
  if (typeof href !== 'string' || !URL.canParse(href))
    throw new TypeError('`jwks` must be a URL of the keys of the proxy, or an object with `keys`')
  const { protocol, hostname } = new URL(href)
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new TypeError(`\`jwks\` must be an \`https:\` URL, got \`${protocol}\``)
  if (protocol === 'http:' && !isThisMachine(hostname) && options.insecureHttp !== true)
    throw new TypeError('`jwks` on another machine must be `https:`: an attacker on the network could replace the keys')
  const fetch = (options.fetch ?? globalThis.fetch) as typeof globalThis.fetch
  return fetchedKeys(href, { staleKeys, fetch })
}

function isThisMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
}

function text(name: string, value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new TypeError(`\`${name}\` must be a nonempty string`)
  return value
}

function seconds(name: string, value: unknown, least: number, most: number): number {
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw new TypeError(`\`${name}\` must be a number of seconds from ${least} to ${most}`)
  return value
}
