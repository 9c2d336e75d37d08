import type { Log } from '../../base/log.ts'
import { MAX_TOKEN, parseJsonObject } from '../jose/index.ts'
import { Circuit } from '../provider/circuit.ts'
import { ClientEndpoint, type ClientEndpointDeps } from '../provider/client-endpoint.ts'
import { ProviderProblem } from '../provider/fetch-json.ts'
import type { ClientConfig, OAuthClient } from '../provider/oauth-client.ts'

/** Configuration of the exchange of callers' tokens for tokens of a service (RFC 8693). */
export interface ExchangeConfig {
  /** Issuer of both the caller's token and the exchanged token. Tokens are sent to no other server. */
  readonly issuer: string
  readonly clientId: string
  /** Credentials by which the proxy authenticates at the issuer; never a client certificate. */
  readonly client: ClientConfig
  /** Requested target services by name and by URL (RFC 8693, section 2.1), at least one in total. */
  readonly audience: readonly string[]
  readonly resource: readonly string[]
  /** Requested scopes. If empty, the issuer decides. */
  readonly scopes: readonly string[]
  /** What to do with requests of callers who have no token of the issuer: refuse them, or forward them without a token. */
  readonly withoutToken: 'refuse' | 'pass'
}

export interface ExchangeDeps extends ClientEndpointDeps {
  readonly log: Log
}

export interface Granted {
  readonly token: string
  /** Lifetime of the token in seconds, or `null` if the issuer does not specify it. */
  readonly expiresIn: number | null
}

/** A failed exchange. `refused`: the issuer refused, or returned no usable token. `unavailable`: the issuer did not respond. */
export interface ExchangeFailure {
  readonly code: 'exchange-refused' | 'exchange-unavailable'
  readonly detail: string
}

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
/** Accepted values of `issued_token_type` (RFC 8693, section 3). Some issuers name the format of a JWT instead of its use. */
const ISSUED: ReadonlySet<unknown> = new Set([ACCESS_TOKEN, 'urn:ietf:params:oauth:token-type:jwt'])
/** Pattern of a bearer token (RFC 6750, section 2.1), which makes it a single header value. */
const BEARER = /^[A-Za-z0-9._~+/-]+=*$/

/** Maximum size of a response in bytes. */
const MOST = 65_536
/** Maximum number of concurrent requests. */
const MAX_ASKED = 256

/** The token endpoint of an issuer, as used by one client for one service. */
export class ExchangeEndpoint {
  readonly #config: ExchangeConfig
  readonly #client: OAuthClient
  readonly #deps: ExchangeDeps
  readonly #endpoint: ClientEndpoint
  readonly #circuit: Circuit
  #problem: string | null = null
  #asked = 0

  constructor(config: ExchangeConfig, client: OAuthClient, deps: ExchangeDeps) {
    this.#config = config
    this.#client = client
    this.#deps = deps
    this.#endpoint = new ClientEndpoint(config.issuer, 'token_endpoint', null, client, deps)
    this.#circuit = new Circuit(deps.monotonic)
  }

  /** Exchanges a token of a caller for a token of the service. Failures of the issuer are returned, not thrown. */
  async ask(subject: string): Promise<Granted | ExchangeFailure> {
    if (this.#asked >= MAX_ASKED)
      return { code: 'exchange-unavailable', detail: `more than ${MAX_ASKED} tokens at a time are to be exchanged` }
    const shut = this.#circuit.enter()
    if (shut !== null) return { code: 'exchange-unavailable', detail: shut }
    this.#asked += 1
    try {
      const granted = await this.#exchange(subject)
      if (this.#problem !== null) this.#deps.log.info('token exchange works again', { issuer: this.#config.issuer })
      this.#problem = null
      this.#circuit.closed()
      return granted
    } catch (error) {
      const isSilent = error instanceof ProviderProblem && error.lost !== null
      if (isSilent) this.#circuit.opened(error.message)
      else this.#circuit.closed()
      if (error instanceof ProviderProblem) return this.#failed(error)
      throw error
    } finally {
      this.#asked -= 1
    }
  }

  /** RFC 8693, section 2.1. */
  async #exchange(subject: string): Promise<Granted> {
    const { audience, resource, scopes } = this.#config
    const form = new URLSearchParams({
      grant_type: GRANT,
      subject_token: subject,
      subject_token_type: ACCESS_TOKEN,
      requested_token_type: ACCESS_TOKEN,
    })
    for (const name of audience) form.append('audience', name)
    for (const uri of resource) form.append('resource', uri)
    if (scopes.length > 0) form.set('scope', scopes.join(' '))
    const { text, url } = await this.#endpoint.ask(form, MOST)
    return grantedIn(text, url)
  }

  #failed(error: ProviderProblem): ExchangeFailure {
    const { status, error: word, lost, message } = error
    if (OF_TOKEN.has(word)) return { code: 'exchange-refused', detail: message }
    const distrusts = status === 401 || word === 'invalid_client'
    if (distrusts) this.#client.distrusted()
    // Not found: the endpoint may have moved.
    if (lost !== null || status === 404) this.#endpoint.forget()
    const detail = distrusts ? `${message}: it does not accept the proxy as its client` : message
    if (this.#problem !== detail)
      this.#deps.log.warn('a token could not be exchanged', { issuer: this.#config.issuer, problem: detail })
    this.#problem = detail
    const says =
      (status !== null && status >= 400 && status < 500 && status !== 404 && status !== 429) || error instanceof NoToken
    return { code: says ? 'exchange-refused' : 'exchange-unavailable', detail }
  }
}

/** Error codes for a caller's token that is invalid or expired (RFC 8693, section 2.2.2). */
const OF_TOKEN: ReadonlySet<string | null> = new Set(['invalid_request', 'invalid_grant'])

/** Error for a successful response without a usable token. */
class NoToken extends ProviderProblem {}

/**
 * Reads the token in a response (RFC 8693, section 2.2.1). Errors quote nothing of the response, which could be part of a
 * token.
 */
function grantedIn(text: string, url: string): Granted {
  const answer = parseJsonObject(text)
  if (answer === null) throw new NoToken(`\`${url}\` did not answer with a JSON object that has unique names`)
  const { access_token: token, issued_token_type: issued, token_type: type, expires_in: expiresIn } = answer
  if (typeof token !== 'string' || token.length > MAX_TOKEN || !BEARER.test(token))
    throw new NoToken(`\`${url}\` answered without a valid \`access_token\``)
  if (!ISSUED.has(issued))
    throw new NoToken(`\`${url}\` answered with a token that is not an access token (\`issued_token_type\`)`)
  // Tokens bound to a key (RFC 9449) are useless as bearer tokens.
  if (typeof type !== 'string' || type.toLowerCase() !== 'bearer')
    throw new NoToken(`\`${url}\` answered with a token that is not a bearer token (\`token_type\`)`)
  return { token, expiresIn: typeof expiresIn === 'number' && expiresIn >= 0 ? expiresIn : null }
}
